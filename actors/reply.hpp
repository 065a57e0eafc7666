// SPDX-License-Identifier: MIT
#pragma once

#include "actors/refusals.hpp"
#include "config/error.hpp"

#include <functional>
#include <utility>

namespace strata {

/// The right and the duty to answer one call, exactly once. Move only: whoever holds it last answers. One that is
/// destroyed unanswered, because its actor died or the server stops, answers with `on_drop`.
template <class T> class reply {
public:
  using receiver = std::function<void(result<T>)>;

  reply() = default;
  explicit reply(receiver done) : done_{std::move(done)} {}
  reply(reply&& other) noexcept : done_{std::exchange(other.done_, nullptr)}, on_drop_{std::move(other.on_drop_)} {}
  reply& operator=(reply&& other) noexcept {
    drop();
    done_ = std::exchange(other.done_, nullptr);
    on_drop_ = std::move(other.on_drop_);
    return *this;
  }
  reply(const reply&) = delete;
  reply& operator=(const reply&) = delete;
  ~reply() { drop(); }

  /// True until answered.
  explicit operator bool() const noexcept { return static_cast<bool>(done_); }

  /// Answers; a second answer is ignored.
  void operator()(result<T> answer) noexcept {
    auto done = std::exchange(done_, nullptr);
    if (!done)
      return;
    try {
      done(std::move(answer));
    } catch (...) {
      // A receiver must not throw. One that does (out of memory, say) loses its own answer and not the actor that gave it.
    }
  }

  /// `look` sees the answer before the caller does, and may change it.
  void tap(std::function<void(result<T>&)> look) {
    done_ = [look = std::move(look), done = std::move(done_)](result<T> answer) {
      look(answer);
      done(std::move(answer));
    };
  }

  /// What the caller hears when nobody answers. Until work has begun that is `draining`: a retry is safe.
  void on_drop(error failure) { on_drop_ = std::move(failure); }

private:
  void drop() noexcept {
    if (done_)
      (*this)(std::move(on_drop_));
  }

  receiver done_;
  error on_drop_ = stopping();
};

} // namespace strata
