// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace strata {

/// Threads that run an io_context, from the constructor to the destructor at the latest.
class io_threads {
public:
  io_threads(boost::asio::io_context& io, unsigned count);
  /// Stops the context at once; what is queued stays queued.
  ~io_threads();
  io_threads(const io_threads&) = delete;
  io_threads& operator=(const io_threads&) = delete;

  /// Lets the context do what it still has, for so long, then as the destructor. Whether it had done all.
  bool finish(std::chrono::milliseconds patience);

private:
  void stop();

  boost::asio::io_context& io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::mutex guard_;
  std::condition_variable returned_;
  unsigned running_;
  std::vector<std::thread> threads_;
};

} // namespace strata
