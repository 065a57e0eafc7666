// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>

namespace strata {

/// Writes a given input to a pipe as the reader takes it, then closes it (end of input). A reader that goes away ends
/// it silently. Runs on its executor (a strand); keeps itself alive until done or stop().
class input_feed : public std::enable_shared_from_this<input_feed> {
public:
  /// `pipe` must be nonblocking.
  input_feed(boost::asio::any_io_executor executor, unique_fd pipe, std::string data);

  void start();
  void stop();

private:
  boost::asio::posix::stream_descriptor pipe_;
  std::string data_;
  std::size_t written_ = 0;
};

} // namespace strata
