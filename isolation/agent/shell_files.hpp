// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/shell_text.hpp"
#include "isolation/unique_fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strata::agent {

/// The pipes of one command. Named FIFOs, opened here first, so that the shell's opens never block.
struct command_pipes {
  unique_fd out, err, in;      ///< for the server: nonblocking; read, read, write end
  std::vector<unique_fd> held; ///< both ends of each, until the shell has opened them
};

/// One shell's folder in the shell mount, which the payload sees read-only: scripts, pipes, and the FIFOs by which bash
/// tells how far it is. All of it goes with this object.
class shell_files {
public:
  /// `root`: folder of the mount, writable by this descriptor only, and its path as the shell sees it.
  shell_files(int root, std::string seen_root, unsigned index);
  shell_files(const shell_files&) = delete;
  shell_files& operator=(const shell_files&) = delete;
  ~shell_files();

  /// 0 or errno.
  int create(const std::vector<std::string>& startup);
  /// What the shell has to read to run the startup files.
  std::string startup_control() const { return startup_control_text(paths_); }

  /// Makes the folder of a new command. 0 or errno.
  int prepare(std::string_view cwd, const std::vector<std::string>& env, std::string_view command, bool merge, bool want_stdin,
              command_pipes& pipes);
  /// What the shell has to read for it.
  std::string control() const { return control_text(paths_); }
  void remove_command();

  /// Where bash tells the status: nonblocking, and never at its end.
  const unique_fd& report() const noexcept { return report_; }
  /// By which it is known there that bash is right before the text of the present command.
  const std::string& begun_token() const noexcept { return paths_.begun; }
  /// By which it is known there that the present command does not begin, and why.
  const std::string& refused_token() const noexcept { return paths_.refused; }
  /// By which the status of the present command, or of the startup files, is known there.
  const std::string& status_token() const noexcept { return paths_.token; }

private:
  void renew_tokens();
  int write_file(const std::string& name, std::string_view text);
  int make_pipe(const std::string& name, bool for_input, unique_fd& end, std::vector<unique_fd>& held);

  int root_;
  std::string seen_;
  std::string name_;
  unique_fd folder_;
  unique_fd report_;
  std::string command_name_;
  command_paths paths_;
};

} // namespace strata::agent
