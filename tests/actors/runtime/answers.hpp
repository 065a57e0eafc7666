// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>

namespace strata::test {

/// How long a test waits before it calls a missing answer a failure. It bounds a hang and measures nothing.
constexpr std::chrono::seconds patience{60};

/// One call through the gateway from outside the actors.
template <class Response> class awaited {
public:
  std::uint64_t id = 0;

  std::function<void(result<Response>)> done() {
    return [state = state_](result<Response> given) {
      if (++state->answers == 1)
        state->first.set_value(std::move(given));
    };
  }
  /// Blocks until it is answered; throws when it is not.
  result<Response> get() {
    if (future_.wait_for(patience) != std::future_status::ready)
      throw std::runtime_error{"call was not answered"};
    return future_.get();
  }
  bool answered() const { return state_->answers > 0; }
  int answers() const { return state_->answers; }

private:
  struct state {
    std::atomic<int> answers{0};
    std::promise<result<Response>> first;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
  std::shared_future<result<Response>> future_{state_->first.get_future().share()};
};

template <class Operation>
awaited<typename Operation::response> ask(gateway& door, Operation request, call_context context = {}) {
  awaited<typename Operation::response> made;
  made.id = door.call(std::move(request), std::move(context), made.done());
  return made;
}

} // namespace strata::test
