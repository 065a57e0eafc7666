// SPDX-License-Identifier: MIT
#include "isolation/input_stream.hpp"

#include <utility>

namespace strata {

void input_stream::write(std::string bytes, receiver taken) {
  std::function<void()> wake;
  {
    std::lock_guard guard{mutex_};
    if (!closed_ && !ended_) {
      pieces_.push_back({std::move(bytes), std::exchange(taken, nullptr)});
      wake = wake_;
    }
  }
  if (taken)
    taken(false);
  if (wake)
    wake();
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
