// SPDX-License-Identifier: MIT
#include "cli/operator/io_threads.hpp"

namespace strata {

io_threads::io_threads(boost::asio::io_context& io, unsigned count) : io_{io}, work_{io.get_executor()}, running_{count} {
  io_.restart();
  for (unsigned i = 0; i < count; ++i)
    threads_.emplace_back([this] {
      io_.run();
      const std::lock_guard lock{guard_};
      --running_;
      returned_.notify_one();
    });
}

io_threads::~io_threads() { stop(); }

bool io_threads::finish(std::chrono::milliseconds patience) {
  work_.reset();
  bool all = false;
  {
    std::unique_lock lock{guard_};
    all = returned_.wait_for(lock, patience, [this] { return running_ == 0; });
  }
  stop();
  return all;
}

void io_threads::stop() {
  io_.stop();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
}

} // namespace strata
