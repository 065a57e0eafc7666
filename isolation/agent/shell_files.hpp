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

/// One shell's folder in the shell mount, which the payload sees read-only: scripts, FIFOs, and the FIFOs by which
/// the status is told. All of it goes with this object.
class shell_files {
public:
  /// `root`: folder of the mount, writable by this descriptor only, and its path as the shell sees it.
  shell_files(int root, std::string seen_root, unsigned index);
  shell_files(const shell_files&) = delete;
  shell_files& operator=(const shell_files&) = delete;
  ~shell_files();

  /// 0 or errno.
  int create(const std::vector<std::string>& startup);
  /// The folder of the status FIFOs, for inotify(7).
  int status_folder() const noexcept { return status_fd_.get(); }
  std::string startup_control() const;

  /// Makes the folder of a new command. 0 or errno. Renames the status folder, so that a background job of an earlier
  /// command that still knows its path cannot tell a status.
  int prepare(std::string_view cwd, const std::vector<std::string>& env, std::string_view command, bool merge,
              bool want_stdin, command_pipes& pipes);
  /// What the shell has to read for it.
  std::string control() const { return control_text(paths_); }
  void remove_command();
  /// Throws away what `set -x` has written beside the output.
  void drain();

private:
  int make_status_folder();
  int rename_status_folder();
  int write_file(const std::string& name, std::string_view text);
  int make_pipe(const std::string& name, bool for_input, unique_fd& end, std::vector<unique_fd>& held);

  int root_;
  std::string seen_;
  std::string name_;
  unique_fd folder_;
  unique_fd status_fd_;
  unique_fd status_fifo_;
  std::string status_name_;
  std::string command_name_; ///< empty: none
  command_paths paths_;
};

} // namespace strata::agent
