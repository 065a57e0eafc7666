// SPDX-License-Identifier: MIT
#include "isolation/input_stream.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace strata {

namespace {

constexpr std::int64_t max_waiting = 16 << 20;

} // namespace

void input_stream::write(std::string bytes, receiver taken) {
  std::function<void()> wake;
  {
    std::lock_guard guard{mutex_};
    if (!closed_ && !ended_) {
      accepted_ += static_cast<std::int64_t>(bytes.size());
      pieces_.push_back({std::move(bytes), std::exchange(taken, nullptr)});
      wake = wake_;
    }
  }
  if (taken)
    taken(false);
  if (wake)
    wake();
}

result<std::int64_t> input_stream::offer(std::string bytes, std::optional<std::int64_t> at, bool end, receiver taken) {
  std::int64_t fresh = 0;
  std::function<void()> wake;
  {
    std::lock_guard guard{mutex_};
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (at && *at > accepted_)
      return error{errc::offset_mismatch,
                   fmt::format("write input at {}: it ends at {}", *at, accepted_),
                   {{"offset", std::to_string(accepted_)}}};
    const auto known = at ? std::min(accepted_ - *at, size) : 0;
    fresh = size - known;
    // A repeated last piece, or a repeated end, is no error.
    if ((closed_ || ended_) && (fresh > 0 || (end && closed_)))
      return error{errc::stdin_closed, "write input: the input of the process is closed"};
    if (accepted_ - taken_ + fresh > max_waiting)
      return error{errc::overloaded, "write input: the process does not read what waits for it", {{"retry_after", "1"}}};
    if (fresh > 0) {
      bytes.erase(0, static_cast<std::size_t>(known));
      accepted_ += fresh;
      pieces_.push_back({std::move(bytes), std::move(taken)});
    }
    ended_ = ended_ || end;
    wake = wake_;
  }
  if (wake)
    wake();
  return fresh;
}

void input_stream::end() {
  std::function<void()> wake;
  {
    std::lock_guard guard{mutex_};
    ended_ = true;
    wake = wake_;
  }
  if (wake)
    wake();
}

std::int64_t input_stream::taken() const {
  std::lock_guard guard{mutex_};
  return taken_;
}

std::int64_t input_stream::accepted() const {
  std::lock_guard guard{mutex_};
  return accepted_;
}

void input_stream::attach(std::function<void()> wake) {
  {
    std::lock_guard guard{mutex_};
    if (closed_)
      return;
    wake_ = wake;
  }
  wake();
}

std::optional<input_stream::piece> input_stream::take() {
  std::lock_guard guard{mutex_};
  if (pieces_.empty())
    return std::nullopt;
  auto first = std::move(pieces_.front());
  pieces_.pop_front();
  return first;
}

bool input_stream::is_over() const {
  std::lock_guard guard{mutex_};
  return ended_ && pieces_.empty();
}

void input_stream::count(std::size_t bytes) {
  std::lock_guard guard{mutex_};
  taken_ += static_cast<std::int64_t>(bytes);
}

void input_stream::close() {
  std::deque<piece> left;
  {
    std::lock_guard guard{mutex_};
    closed_ = true;
    left.swap(pieces_);
    wake_ = nullptr;
  }
  for (auto& each : left)
    if (each.taken)
      each.taken(false);
}

} // namespace strata
