// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

namespace strata {

/// For timers alone.
using call_threads = std::shared_ptr<boost::asio::thread_pool>;

/// Where a streaming call happens, one step after the other: each on the thread that brings it, or on the one that is busy
/// with an earlier step, so that output goes from its pipe to the client without a change of threads. Steps must not block.
/// A copy is the same strand. It keeps the pool (not its threads) alive: an answer that comes when the server is gone may
/// still hold it.
class call_strand {
public:
  explicit call_strand(call_threads threads) : threads_{std::move(threads)} {}

  template <class Step> void post(Step what) const {
    const auto steps = steps_; // a step may end the call, and this with it
    std::unique_lock guard{steps->mutex};
    steps->waiting.push_back(std::make_unique<step_of<Step>>(std::move(what)));
    if (std::exchange(steps->busy, true))
      return;
    while (!steps->waiting.empty()) {
      auto next = std::move(steps->waiting.front());
      steps->waiting.pop_front();
      guard.unlock();
      next->run();
      next.reset(); // what it holds goes before the next, too
      guard.lock();
    }
    steps->busy = false;
  }

  /// Its handlers run beside the strand: they post.
  [[nodiscard]] boost::asio::steady_timer timer() const { return boost::asio::steady_timer{*threads_}; }

private:
  struct step {
    virtual ~step() = default;
    virtual void run() = 0;
  };
  template <class Step> struct step_of final : step {
    explicit step_of(Step its) : what{std::move(its)} {}
    void run() override { what(); }
    Step what;
  };
  struct step_queue {
    std::mutex mutex;
    std::deque<std::unique_ptr<step>> waiting;
    bool busy = false;
  };

  call_threads threads_;
  std::shared_ptr<step_queue> steps_ = std::make_shared<step_queue>();
};

} // namespace strata
