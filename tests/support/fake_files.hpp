// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/access.hpp"
#include "isolation/wire/codec.hpp"

#include <list>
#include <mutex>
#include <vector>

namespace strata::test {

/// Files without a disk: what is asked of them waits until the test answers. Thread safe.
class fake_files final : public file_access {
public:
  template <class Body, class Answer> struct question {
    std::uint64_t number;
    std::string user;
    Body body;
    callback<Answer> answer;
    wire::files_message what{};
  };

  std::uint64_t ask(std::string user, wire::files_message what, std::string body, callback<file_answer> done) override {
    std::lock_guard guard{mutex_};
    asked.push_back({++last_, std::move(user), std::move(body), std::move(done), what});
    return last_;
  }
  std::uint64_t read(std::string user, wire::files_read request, callback<opened_file> opened) override {
    std::lock_guard guard{mutex_};
    reads.push_back({++last_, std::move(user), std::move(request), std::move(opened)});
    return last_;
  }
  std::uint64_t write(std::string user, wire::files_write request, callback<std::shared_ptr<file_sink>> opened) override {
    std::lock_guard guard{mutex_};
    writes.push_back({++last_, std::move(user), std::move(request), std::move(opened)});
    return last_;
  }
  std::uint64_t pack(std::string user, wire::files_pack request, archive_format, callback<opened_file> opened) override {
    std::lock_guard guard{mutex_};
    packs.push_back({++last_, std::move(user), std::move(request), std::move(opened)});
    return last_;
  }
  std::uint64_t unpack(std::string user, wire::files_unpack request, callback<std::shared_ptr<archive_sink>> opened) override {
    std::lock_guard guard{mutex_};
    unpacks.push_back({++last_, std::move(user), std::move(request), std::move(opened)});
    return last_;
  }
  std::uint64_t watch(std::string user, wire::files_watch request, callback<std::shared_ptr<file_watch>> opened) override {
    std::lock_guard guard{mutex_};
    watches.push_back({++last_, std::move(user), std::move(request), std::move(opened)});
    return last_;
  }
  void cancel(std::uint64_t number) override {
    std::lock_guard guard{mutex_};
    cancelled.push_back(number);
  }

  /// Of the oldest one that waits.
  void answer(result<file_answer> with) { take(asked).answer(std::move(with)); }
  void answer(result<opened_file> with) { take(reads).answer(std::move(with)); }
  void answer(result<std::shared_ptr<file_sink>> with) { take(writes).answer(std::move(with)); }
  void answer(result<std::shared_ptr<archive_sink>> with) { take(unpacks).answer(std::move(with)); }
  void answer(result<std::shared_ptr<file_watch>> with) { take(watches).answer(std::move(with)); }
  void answer_pack(result<opened_file> with) { take(packs).answer(std::move(with)); }

  std::list<question<std::string, file_answer>> asked;
  std::list<question<wire::files_read, opened_file>> reads;
  std::list<question<wire::files_write, std::shared_ptr<file_sink>>> writes;
  std::list<question<wire::files_pack, opened_file>> packs;
  std::list<question<wire::files_unpack, std::shared_ptr<archive_sink>>> unpacks;
  std::list<question<wire::files_watch, std::shared_ptr<file_watch>>> watches;
  std::vector<std::uint64_t> cancelled;

private:
  template <class Questions> typename Questions::value_type take(Questions& from) {
    std::lock_guard guard{mutex_};
    auto first = std::move(from.front());
    from.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::uint64_t last_ = 0;
};

} // namespace strata::test
