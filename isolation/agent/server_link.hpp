// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/event_loop.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/frame.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace strata::agent {

/// Who asked: replies go to that connection or nowhere.
struct requester {
  std::uint64_t connection = 0;
  std::uint32_t number = 0;
};

/// The agent's end of the control socket. One server at a time: a newer connection replaces the older. A connection
/// that does not open with hello of our version, or sends anything malformed, is hung up. Without a server for the
/// orphan time the process ends, and with it the sandbox.
class server_link {
public:
  using request_handler = std::function<void(requester, wire::frame)>;

  /// `control`: bound SOCK_SEQPACKET socket. This process must be the one that calls listen(2), else SO_PEERPIDFD
  /// (unix(7)) names another.
  server_link(event_loop& loop, unique_fd control, request_handler on_request);

  /// False: the socket cannot listen.
  bool start();

  template <class Body> void reply(requester to, wire::message type, const Body& body, std::vector<unique_fd> fds = {}) {
    send(to, type, wire::encode(body), std::move(fds));
  }
  void done(requester to) { send(to, wire::message::done, {}, {}); }
  void refuse(requester to, wire::refusal why, int number, std::string text);
  /// Dropped when no server is connected.
  template <class Body> void event(wire::message type, const Body& body) { send({connection_, 0}, type, wire::encode(body), {}); }

private:
  struct outgoing {
    wire::message type;
    std::uint32_t number;
    std::string body;
    std::vector<unique_fd> fds;
  };

  void accept_newest();
  void accept_later();
  void on_ready(std::uint32_t events);
  void receive();
  bool greet(const wire::frame& first);
  void send(requester to, wire::message type, std::string body, std::vector<unique_fd> fds);
  void flush();
  void hang_up();
  void await_server();

  event_loop& loop_;
  unique_fd control_;
  unique_fd server_;
  request_handler on_request_;
  std::deque<outgoing> queue_;
  std::size_t queued_bytes_ = 0;
  std::uint64_t connection_ = 0;
  bool greeted_ = false;
  std::uint32_t orphan_ms_ = 30'000;
  event_loop::timer orphan_timer_ = 0;
};

} // namespace strata::agent
