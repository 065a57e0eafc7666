// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <utility>

namespace strata {

using call_threads = std::shared_ptr<boost::asio::thread_pool>;

/// Where a streaming call happens, one step after the other. It keeps the threads' pool (not the threads) alive: an answer
/// that comes when the server is gone may still hold it.
class call_strand {
public:
  using executor = boost::asio::strand<boost::asio::thread_pool::executor_type>;

  explicit call_strand(call_threads threads) : threads_{std::move(threads)}, strand_{boost::asio::make_strand(*threads_)} {}

  template <class Step> void post(Step step) const { boost::asio::post(strand_, std::move(step)); }
  [[nodiscard]] const executor& get() const noexcept { return strand_; }

private:
  call_threads threads_; ///< ends after the strand
  executor strand_;
};

} // namespace strata
