// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/shell.hpp"

#include <map>
#include <memory>
#include <string>

namespace strata::agent {

/// The command shells by name.
class shells {
public:
  /// `root`: the shell mount's folder (wire::shell_dir_fd), and its path as a shell sees it.
  shells(server_link& server, keepers& all, birth_marks& marks, hunting_ground ground, unique_fd root, std::string seen_root);

  void open(requester from, wire::open_shell request);
  void run(requester from, wire::shell_run request);
  void close(requester from, const std::string& name);
  /// False: no command of that id is under way, or it has no process.
  bool signal(const wire::signal_command& request);
  /// False: no command of that id is under way.
  bool end(const std::string& id);

private:
  shell_surroundings around_;
  unique_fd root_;
  std::string seen_root_;
  std::map<std::string, std::shared_ptr<shell>> shells_;
  unsigned last_index_ = 0;
};

} // namespace strata::agent
