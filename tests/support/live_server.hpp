// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::test {

/// A directory below TMPDIR that is removed at the end.
class temporary_directory {
public:
  temporary_directory();
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

struct server_setup {
  std::vector<std::string> arguments;             ///< after `run`, beside address, port file and session root
  std::map<std::string, std::string> environment; ///< beside the few that every program needs
  std::filesystem::path session_root;             ///< empty: one of its own
};

/// The real server binary on a free port of the loopback. It sees none of this process' environment but PATH, HOME, USER,
/// TMPDIR and the sanitizers' options. Throws std::runtime_error, with its log, when it does not start. Not thread safe.
class live_server {
public:
  explicit live_server(server_setup setup = {});
  /// Kills what still runs.
  ~live_server();
  live_server(const live_server&) = delete;
  live_server& operator=(const live_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  pid_t pid() const noexcept { return pid_; }
  bool is_running() const noexcept { return pid_ > 0; }
  const std::filesystem::path& session_root() const noexcept { return session_root_; }
  /// What it has logged so far.
  std::string log() const;
  /// Resident memory in KiB.
  std::int64_t resident_kib() const;
  /// The most that it has had.
  std::int64_t peak_kib() const;

  void signal(int number) const;
  /// Waits for its end: the exit code, or minus the signal that ended it. Kills it (-9) when it has not ended after a minute.
  int wait();
  /// SIGTERM, then wait().
  int stop();

  /// After its end: what is left of its sessions, one line each: processes, mounts in any namespace, files, and cgroups unless it was killed. Empty: nothing.
  std::string leftovers() const;
  /// Names in sessions/ and in trash/ below the session root.
  std::vector<std::string> session_files() const;

private:
  temporary_directory stage_;
  std::filesystem::path session_root_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  std::string groups_;
  bool ended_in_order_ = false;
};

/// The binary under test: STRATA_E2E_SERVER, else the one of this build.
std::string server_binary();
/// The environment that a tested program gets, as NAME=VALUE, with more.
std::vector<std::string> tested_environment(const std::map<std::string, std::string>& more);
/// Lines of any process' mountinfo that hold `text`.
std::string mounts_with(const std::string& text);

} // namespace strata::test
