// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/access.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <condition_variable>
#include <mutex>
#include <sys/mman.h>
#include <vector>

namespace strata::test {

/// Away from the caller, as the contract of files wants it.
template <class Work> void elsewhere(Work work) { boost::asio::post(boost::asio::system_executor{}, std::move(work)); }

/// Gives its pieces, then its end, which may be an error.
class fake_source final : public file_source {
public:
  fake_source(std::vector<std::string> pieces, result<std::string> end = std::string{})
    : pieces_{std::move(pieces)}, end_{std::move(end)} {}
  void next(receiver take) override {
    const auto at = (*asked_)++;
    auto piece = at < pieces_.size() ? result<std::string>{pieces_[at]} : end_;
    elsewhere([take = std::move(take), piece = std::move(piece)] { take(piece); });
  }
  /// How often it was asked for a piece; outlives it.
  std::shared_ptr<const std::atomic<std::size_t>> asked() const { return asked_; }

private:
  const std::vector<std::string> pieces_;
  const result<std::string> end_;
  const std::shared_ptr<std::atomic<std::size_t>> asked_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// A file in memory that is lost when the test says so.
class fake_file final : public file_in_place {
public:
  explicit fake_file(const std::string& bytes) : file_{::memfd_create("fake", MFD_CLOEXEC)} {
    for (std::size_t at = 0; at < bytes.size();) {
      const auto put = ::write(file_.get(), bytes.data() + at, bytes.size() - at);
      at += put > 0 ? static_cast<std::size_t>(put) : 0;
    }
  }
  int descriptor() const noexcept override { return file_.get(); }
  bool is_lost() const noexcept override { return *lost; }

  const std::shared_ptr<std::atomic<bool>> lost = std::make_shared<std::atomic<bool>>(false); ///< outlives it

private:
  unique_fd file_;
};

/// What has come to a fake_sink; outlives it.
struct sunk {
  std::mutex mutex;
  std::condition_variable changed;
  std::string bytes;
  bool finished = false, dropped = false;

  template <class Until> bool wait(Until until) {
    std::unique_lock guard{mutex};
    return changed.wait_for(guard, std::chrono::seconds{20}, until);
  }
};

/// What bytes have become, by their number.
inline void make(std::size_t bytes, file_info& made) {
  made.size = static_cast<std::int64_t>(bytes);
  made.path = "/made";
  made.etag = "e1";
  made.created = true;
}
inline void make(std::size_t bytes, wire::files_unpacked& made) { made = {3, static_cast<std::int64_t>(bytes), 1}; }

/// Takes bytes until it has `room`; then writing fails.
template <class Made> class fake_byte_sink final : public byte_sink<Made> {
public:
  fake_byte_sink(std::shared_ptr<sunk> into, std::size_t room, error full)
    : into_{std::move(into)}, room_{room}, full_{std::move(full)} {}
  ~fake_byte_sink() override {
    std::lock_guard guard{into_->mutex};
    into_->dropped = true;
    into_->changed.notify_all();
  }
  void write(std::string bytes, std::function<void(result<void>)> taken) override {
    bool fits = false;
    {
      std::lock_guard guard{into_->mutex};
      into_->bytes += bytes;
      fits = into_->bytes.size() <= room_;
      into_->changed.notify_all();
    }
    elsewhere([taken = std::move(taken), fits, why = full_] { taken(fits ? result<void>{} : why); });
  }
  void finish(std::function<void(result<Made>)> done) override {
    Made made;
    {
      std::lock_guard guard{into_->mutex};
      into_->finished = true;
      make(into_->bytes.size(), made);
      into_->changed.notify_all();
    }
    elsewhere([done = std::move(done), made] { done(made); });
  }

private:
  const std::shared_ptr<sunk> into_;
  const std::size_t room_;
  const error full_;
};
using fake_sink = fake_byte_sink<file_info>;

} // namespace strata::test
