// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/hunt.hpp"
#include "isolation/agent/server_link.hpp"

#include <map>
#include <memory>
#include <string>

namespace strata::agent {

/// Programs that run as processes of their own, on pipes or on a terminal.
class processes {
public:
  processes(server_link& server, keepers& all, birth_marks& marks, hunting_ground ground)
    : server_{server}, keepers_{all}, marks_{marks}, ground_{ground} {}

  void run(requester from, wire::run request, std::vector<unique_fd> fds);
  void open_pty(requester from, wire::open_pty request);
  void resize_pty(requester from, const wire::resize_pty& request);
  void keep(requester from, wire::keep request, std::vector<unique_fd> fds);
  void list_kept(requester from) const;
  void take_back(requester from, const std::string& id);
  void release(requester from, const std::string& id);
  /// False: no such id here, or its program has ended.
  bool signal(const wire::signal_command& request);
  /// False: no such id here.
  bool end(const std::string& id);
  bool knows(const std::string& id) const { return running_.count(id) > 0; }

private:
  struct process {
    std::shared_ptr<kept> keeper;
    birth_mark mark = 0;
    unique_fd controller; ///< of a terminal, for its size
    bool killed = false;
    bool hunting = false;
    std::optional<wire::ended> ended; ///< waits for the end of the hunt, or for a server
    wire::keep kept_as;               ///< the names of
    std::vector<unique_fd> held;      ///< these
  };

  static prey everything_of(const process& one);
  void launch(requester from, const std::string& id, program what, unique_fd controller);
  void on_ended(const std::string& id, int status, bool others);
  void hunt(const std::string& id);
  void on_hunted(const std::string& id, std::uint32_t left);
  void tell(const std::string& id);

  server_link& server_;
  keepers& keepers_;
  birth_marks& marks_;
  hunting_ground ground_;
  std::map<std::string, process> running_;
};

} // namespace strata::agent
