// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/header_scan.hpp"
#include "protocols/http/request_parser.hpp"
#include "protocols/http/server_core.hpp"
#include "protocols/http/strand.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace strata {

/// One client's connection: reads requests one after the other, each within its limits and deadlines, and writes their
/// answers in order. While a call runs it goes on reading, to see the client leave and to take what it pipelines.
///
/// A client that ends its side while a call runs may have left, or wait for the answer (`nc -N`): TCP tells them apart
/// only when something is sent. So an HTTP/1.1 client is sent an interim answer (102, RFC 9110 §15.2): one that is gone
/// resets the connection and its call is disconnected, one that waits reads on. HTTP/1.0 has no interim answers: such a
/// client is taken to wait until TCP's keep-alive finds it gone.
class connection : public std::enable_shared_from_this<connection> {
public:
  connection(connection_socket socket, std::string peer, std::shared_ptr<server_core> core);

  void start(); ///< any thread, once
  void stop();  ///< any thread: closes when idle, else after the answer that is due
  void abort(); ///< any thread: closes now; a running call is told
  /// abort() for when no thread runs the strand.
  void abort_here() { lose(); }
  /// For one that was never started: somebody else talks to the client.
  connection_socket release_socket() { return std::move(socket_); }

private:
  /// `receiving`: it is served already, while its body comes. `streaming`: the answer has begun, and its next piece is awaited.
  enum class phase { idle, head, body, receiving, calling, answering, streaming, upgraded, lingering, closed };
  using failure = boost::system::error_code;
  using clock = std::chrono::steady_clock;
  static constexpr auto never = clock::time_point::max();

  // connection_read.cpp
  void want_bytes();
  [[nodiscard]] std::size_t room() const;
  void take_bytes();
  void take_into_pipe();
  void advance();
  bool is_http2();
  void read_head();
  void read_body();
  void serve();
  void serve_while_receiving();
  void give_piece();
  void pass_over_body();
  void on_end();
  [[nodiscard]] std::string_view unread() const;

  // connection_write.cpp
  void refuse(const read_fault& fault);
  void respond(http_response response);
  void become(const upgrade& make);
  void give_socket(const upgrade& make);
  void write_more();
  void on_written();
  void want_piece();
  void write_piece(std::optional<std::string> piece);
  void finish_answer();
  void linger();
  void tell_access(int status, bool delivered);

  // connection_file.cpp
  void send_file();
  void on_file_sent(std::uint64_t bytes, int problem);

  // connection.cpp
  void wait_until(clock::time_point deadline);
  void wait_for(std::chrono::milliseconds time) { wait_until(clock::now() + time); }
  void on_timer();
  void on_deadline();
  void watch_for_reset();
  void send_interim(std::string_view line);
  void probe();
  void lose();
  void close();

  connection_socket socket_;
  boost::asio::steady_timer timer_;
  const std::string peer_;
  const std::shared_ptr<server_core> core_;
  boost::beast::flat_buffer buffer_;

  phase phase_ = phase::idle;
  clock::time_point deadline_ = never;
  clock::time_point armed_until_ = never; ///< when the timer fires: not after the deadline
  bool reading_ = false;
  bool watching_ = false;
  bool peer_ended_ = false;
  bool stop_asked_ = false;
  bool first_bytes_ = true; ///< they tell the protocol

  header_scan scan_;
  std::optional<request_parser> parser_; ///< of the request at hand, until it is answered
  std::shared_ptr<exchange> exchange_;
  clock::time_point asked_at_{};

  std::string out_head_;
  std::string out_body_;
  std::size_t out_at_ = 0;
  int out_status_ = 0;
  std::uint64_t body_sent_ = 0;                 ///< of the answer's body, framing included
  std::shared_ptr<upgraded> successor_;         ///< has the socket now
  exchange::piece_receiver want_piece_of_body_; ///< of whoever waits for the request's next bytes
  std::shared_ptr<byte_pipe> body_pipe_;        ///< through which the rest of the request's body goes
  std::shared_ptr<body_stream> stream_;         ///< until its last piece came
  std::shared_ptr<file_in_place> file_;         ///< instead, until it was sent
  std::int64_t file_at_ = 0;                    ///< what is sent of it next
  std::shared_ptr<void> lease_;                 ///< of the file
  std::optional<std::uint64_t> length_;         ///< of the whole that either gives, where it is known
  body_framing framing_ = body_framing::length;
  bool keep_ = false;
};

} // namespace strata
