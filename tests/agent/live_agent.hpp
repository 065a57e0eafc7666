// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/frame.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::test {

/// What a command in a shell came to.
struct shell_result {
  std::optional<wire::failure> refused;
  std::optional<wire::shell_ended> end;
  std::string out, err;
};

/// What a program came to.
struct run_result {
  std::optional<wire::failure> refused;
  std::optional<wire::ended> end;
  std::string out, err;
};

/// One agent, driven as the server drives it, by frames. It is PID 1 of namespaces of its own (pid, mount, and user
/// when we are not root), with the few capabilities of a sandbox, sees its shell folder read-only and has a /tmp of its
/// own. All else is the host's: what destroys files is tried in a real sandbox only (tests/sandbox).
class live_agent {
public:
  /// Nothing: this host refuses the namespaces; `why` says so.
  static std::optional<std::string> unavailable();

  live_agent();
  live_agent(const live_agent&) = delete;
  live_agent& operator=(const live_agent&) = delete;
  ~live_agent();

  pid_t pid() const noexcept { return pid_; }
  const std::string& folder() const noexcept { return folder_; } ///< of the shells, as we see it
  unique_fd connect_only();                                      ///< without hello
  void connect(std::uint32_t orphan_ms = 60'000);
  void hang_up() { socket_.reset(); }

  std::uint32_t send(wire::message type, std::string body, const std::vector<int>& fds = {});
  template <class Body> std::uint32_t send(wire::message type, const Body& body, const std::vector<int>& fds = {}) {
    return send(type, wire::encode(body), fds);
  }
  /// The reply to a request; what else comes meanwhile is kept for others who ask, and for next_event().
  wire::frame reply_to(std::uint32_t number);
  wire::frame next_event();
  /// Waits for an event while it hands on what the descriptors give.
  wire::frame next_event(std::vector<unique_fd>& outputs, std::vector<std::string>& texts);

  std::optional<wire::failure> open_shell(const std::string& name = "session", std::vector<std::string> env = {},
                                          std::string cwd = "/", std::string user = {}, std::vector<std::string> startup = {});
  /// Runs a command to its end. `during` is called once it has started.
  shell_result shell(wire::shell_run request, const std::string& input = {}, const std::function<void()>& during = {});
  shell_result shell(const std::string& command) { return shell(wire::shell_run{next_id(), "session", command, {}, {}, 0, 0}); }
  run_result run(wire::run request, const std::string& input = {}, const std::function<void()>& during = {});
  run_result run(std::vector<std::string> argv);
  void end(const std::string& id);
  wire::usage_reply usage();
  std::string next_id() { return "c" + std::to_string(++last_id_); }

private:
  wire::frame receive();

  std::string folder_;
  unique_fd socket_;
  pid_t pid_ = -1;
  std::uint32_t last_number_ = 0;
  unsigned last_id_ = 0;
  std::deque<wire::frame> events_;
  std::map<std::uint32_t, wire::frame> replies_; ///< by number
};

std::vector<std::string> plain_environment();

/// Everything that can be read now, or until the end.
std::string read_available(const unique_fd& fd);

} // namespace strata::test
