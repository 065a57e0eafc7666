// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/input_stream.hpp"
#include "isolation/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

namespace strata {

/// Writes an input_stream to a pipe or terminal as its reader takes it; at its end a pipe is closed. A reader that goes
/// away closes the stream. Runs on its executor (a strand), from which every call must come; keeps itself alive until
/// the end or stop().
class input_feed : public std::enable_shared_from_this<input_feed> {
public:
  /// `sink` must be nonblocking.
  input_feed(boost::asio::any_io_executor executor, unique_fd sink, std::shared_ptr<input_stream> from);

  void start();
  void stop();

private:
  void write_more();

  boost::asio::posix::stream_descriptor sink_;
  const std::shared_ptr<input_stream> from_;
  std::optional<input_stream::piece> piece_;
  std::size_t written_ = 0; ///< of the piece
  bool waiting_ = false;
};

} // namespace strata
