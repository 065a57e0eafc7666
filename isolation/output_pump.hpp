// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string_view>

namespace strata {

/// Reads one pipe or terminal to its end and hands the bytes on. Runs on the executor (a strand) it was made with; every call
/// must come from there. It keeps itself alive until end of file or stop().
class output_pump : public std::enable_shared_from_this<output_pump> {
public:
  using sink = std::function<void(std::string_view)>;

  /// `pipe` must be nonblocking. `bytes` gets every chunk (at most 64 KiB), `ended` comes once at end of file, never after stop().
  output_pump(boost::asio::any_io_executor executor, unique_fd pipe, sink bytes, std::function<void()> ended);

  void start();
  /// Hands on what lies in the pipe now, and no more: a survivor that keeps writing cannot hold the caller here.
  void drain_once();
  /// From now on bytes are read and thrown away, so that a survivor's writes neither block nor kill it.
  void discard();
  /// Reads no more until resume(): the writer waits, once the pipe is full. From within the sink, too.
  void pause() { paused_ = true; }
  void resume();
  /// Closes the read end: a writer gets SIGPIPE.
  void stop();
  bool is_open() const { return pipe_.is_open(); }

private:
  void wait();
  /// Reads up to `limit` bytes; false at end of file or error.
  bool read_some(std::size_t limit);
  void finish();

  boost::asio::posix::stream_descriptor pipe_;
  sink bytes_;
  std::function<void()> ended_;
  bool paused_ = false;
  bool waiting_ = false;
  bool draining_ = false; ///< what is there is read whether or not somebody has room for it
};

} // namespace strata
