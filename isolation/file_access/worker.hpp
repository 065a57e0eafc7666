// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/byte_pipe.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/files.hpp"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace strata {

/// A strata-files that runs inside.
struct opened_files {
  std::string id;   ///< to kill it by
  unique_fd socket; ///< nonblocking
};

/// The conversation with one strata-files, from which nothing is believed before it is looked at. On its strand, from which every
/// call must come; at most one send() and one receive() at a time. Destroying it hangs up, and so ends the program.
class file_worker : public std::enable_shared_from_this<file_worker> {
public:
  using strand = boost::asio::strand<boost::asio::any_io_executor>;
  struct message {
    wire::files_message what{};
    std::string body;
  };

  file_worker(strand where, opened_files opened, std::string user);

  const std::string& id() const noexcept { return id_; }
  const std::string& user() const noexcept { return user_; }
  const strand& where() const noexcept { return where_; }

  /// `sent` hears whether it was taken within the patience; if not, a receive() may tell why.
  void send(wire::files_message what, std::string body, std::chrono::milliseconds patience, std::function<void(bool)> sent);
  /// The same, and it gets a descriptor with it (SCM_RIGHTS, unix(7)). Only as a request, when nothing is under way.
  void send_with(unique_fd descriptor, wire::files_message what, std::string body, std::chrono::milliseconds patience,
                 std::function<void(bool)> sent);
  /// `data` in pieces of the protocol's size.
  void send_data(std::string bytes, std::chrono::milliseconds patience, std::function<void(bool)> sent);
  /// The next `size` bytes of the pipe, at most such a piece.
  void send_data(std::shared_ptr<byte_pipe> from, std::size_t size, std::chrono::milliseconds patience,
                 std::function<void(bool)> sent);
  /// Nothing: it has hung up, broke the protocol, or was silent for that long.
  void receive(std::chrono::milliseconds patience, std::function<void(std::optional<message>)> got);
  /// The same, and the descriptor that came with it, or none.
  void receive_with(std::chrono::milliseconds patience, std::function<void(std::optional<message>, unique_fd)> got);
  /// While nothing is asked of it: `ended` hears that it has hung up or was hung up on, unless unwatch() came before.
  void watch(std::function<void()> ended);
  void unwatch();
  /// What is under way fails.
  void hang_up();

private:
  void finish_send(std::size_t head, std::chrono::milliseconds patience, std::function<void(bool)> sent);
  void send_rest(std::shared_ptr<byte_pipe> from, std::size_t size, std::chrono::milliseconds patience,
                 std::function<void(bool)> sent);
  void settle();
  void receive_rest(bool begun, std::function<void(std::optional<message>)> got);
  void receive_body(std::function<void(std::optional<message>)> got);
  void wait_for(std::chrono::milliseconds patience);

  const strand where_;
  const std::string id_;
  const std::string user_;
  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer timer_;
  int pending_ = 0; ///< a send, a receive
  wire::files_head out_head_, in_head_;
  std::string out_, in_;
};

/// False: its body is not exactly that.
template <class Body> bool decode(const file_worker::message& from, Body& into) {
  return wire::decode(from.body.data(), from.body.size(), into);
}

} // namespace strata
