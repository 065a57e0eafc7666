// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/frame.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace strata {

/// How long a reply may take. `slow`: of a shell that sources startup files, or whose processes are being ended.
struct agent_patience {
  std::chrono::milliseconds usual{60'000};
  std::chrono::milliseconds slow{600'000};
};

/// The server's end of one agent's control socket: numbers requests, matches replies, hands on events. What the agent
/// says is checked for form here and for meaning by the caller. Runs on its executor (a strand); every call must come
/// from there. After close() or a broken link no callback runs, except that `broken` comes once for a broken link. An
/// agent that owes a reply for too long counts as broken.
class agent_link : public std::enable_shared_from_this<agent_link> {
public:
  using reply = std::function<void(result<wire::frame>)>;
  struct callbacks {
    std::function<void(wire::frame)> event;
    std::function<void(std::string why)> broken;
  };

  /// `socket`: connected, nonblocking SOCK_SEQPACKET.
  agent_link(boost::asio::any_io_executor executor, unique_fd socket, agent_patience patience = {});

  /// Starts reading and says hello; the agent's version is checked before any other reply is handed on.
  void start(callbacks on);
  /// Sends a request. `answered` gets the reply frame, or the agent's refusal as an error, or `session_lost`.
  /// Descriptors are sent with it and closed here afterwards.
  template <class Body> void request(wire::message type, const Body& body, std::vector<unique_fd> fds, reply answered) {
    send(type, wire::encode(body), std::move(fds), std::move(answered));
  }
  void request(wire::message type, reply answered) { send(type, {}, {}, std::move(answered)); }
  /// Hangs up and forgets all callbacks; requests under way get `session_lost`.
  void close(std::string_view why);

private:
  struct outgoing {
    wire::message type;
    std::uint32_t number;
    std::string body;
    std::vector<unique_fd> fds;
  };

  struct owed {
    reply answered;
    std::chrono::steady_clock::time_point deadline;
  };

  void send(wire::message type, std::string body, std::vector<unique_fd> fds, reply answered);
  void watch_deadlines();
  void flush();
  void wait_readable();
  void receive();
  void dispatch(wire::frame frame);
  void break_off(std::string why);

  boost::asio::posix::stream_descriptor socket_;
  callbacks on_;
  std::deque<outgoing> queue_;
  bool waiting_to_write_ = false;
  std::uint32_t last_number_ = 0;
  std::map<std::uint32_t, owed> unanswered_;
  agent_patience patience_;
  boost::asio::steady_timer timer_;
  bool timing_ = false;
};

/// The agent's refusal as an error of the API.
error to_error(const wire::failure& refused);

} // namespace strata
