// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/journal/journal.hpp"
#include "isolation/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

namespace strata {

/// Takes one pipe or terminal to its end into a journal. Runs on the executor (a strand) it was made with, but for what
/// may block on the disk; every call must come from there. It keeps itself alive until end of file or stop().
class output_pump : public std::enable_shared_from_this<output_pump> {
public:
  /// `source` must be nonblocking. A terminal needs `relay`, a nonblocking pipe: its bytes cannot go into a file directly, and
  /// what has left the terminal lies there if this server is killed.
  struct input {
    unique_fd source = unique_fd{};
    unique_fd relay_read = unique_fd{}, relay_write = unique_fd{};
  };
  output_pump(boost::asio::any_io_executor executor, input from, std::shared_ptr<journal> to, output_stream stream);

  void start();
  /// Takes what lies in the pipe now, and no more: a survivor that keeps writing cannot hold the caller here. Then `done`,
  /// at once where nothing blocks.
  void drain_once(std::function<void()> done);
  /// Closes the read end: a writer gets SIGPIPE.
  void stop();
  bool is_open() const { return source_.is_open(); }
  /// Called once, at end of file or by stop().
  void when_closed(std::function<void()> closed) { closed_ = std::move(closed); }

private:
  enum class outcome { empty, more, end, full };
  void wait();
  /// Takes up to `limit` bytes, `insistent` even if a reader has to be waited for, and goes on with `then`.
  void step(std::size_t limit, bool insistent, std::function<void(outcome)> then);
  outcome take_some(std::size_t limit, bool insistent);
  stream_store::taken take(std::size_t most);
  void go_on(outcome how);
  std::size_t waiting_bytes();
  void finish();

  boost::asio::posix::stream_descriptor source_;
  const unique_fd relay_read_, relay_write_;
  const std::shared_ptr<journal> to_;
  const output_stream stream_;
  bool waiting_ = false;
  bool busy_ = false;             ///< a step is under way where it may block
  bool stopped_ = false;          ///< while busy: the descriptor is in use
  std::function<void()> drained_; ///< who asked to drain while a step was under way
  std::function<void()> closed_;
};

} // namespace strata
