// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "protocols/http/exchange.hpp"
#include "protocols/http/upgraded.hpp"
#include "protocols/ws/shell_frames.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <variant>

namespace strata {

/// A terminal, or another process, over a WebSocket. One read of the terminal, one write to the client and one read from it are under way at a
/// time, each of at most 64 KiB, and the client is read on only when the terminal took what it said: so a viewer costs
/// bounded memory whatever it or the terminal does. Its end ends neither the terminal nor the session.
class shell_socket final : public upgraded, public std::enable_shared_from_this<shell_socket> {
public:
  struct setup {
    std::shared_ptr<exchange> asked; ///< the upgrade request; context and gateway are taken from it
    std::variant<attach_terminal, attach_process> operation;
    shell_choice choice;
  };
  shell_socket(setup how, connection_socket socket, std::string beyond, std::function<void()> over);

  void start() override;
  void stop() override;
  void abort() override;

private:
  using failure = boost::system::error_code;
  using stream = boost::beast::websocket::stream<connection_socket>;

  void on_accepted(failure problem);
  void on_attached(result<terminal_view> view);
  void read_client();
  void on_message();
  void read_client_later();
  void read_terminal();
  void on_output(journal_batch batch);
  void on_resized(terminal_size size);
  void send(std::vector<shell_frame> frames);
  void write_next();
  void close(boost::beast::websocket::close_code code, std::string reason);
  void finish();
  bool must_be_whole() const;
  template <class Operation> void ask(Operation operation);

  const setup how_;
  stream ws_;
  boost::asio::steady_timer timer_;
  const std::string handshake_; ///< the request as sent, and what came behind it
  std::function<void()> over_;
  std::chrono::steady_clock::time_point accepted_at_{};
  shell_encoder encoder_;
  std::optional<terminal_view> view_;
  session_ref session_;
  std::uint64_t call_id_ = 0;
  boost::beast::flat_buffer incoming_;
  std::deque<shell_frame> outgoing_;
  std::optional<terminal_size> new_size_; ///< to be told
  bool writing_ = false;
  bool reading_terminal_ = false;
  bool paused_ = false;
  bool closed_ = false;
  std::optional<std::pair<boost::beast::websocket::close_code, std::string>> closing_; ///< once all is written
};

} // namespace strata
