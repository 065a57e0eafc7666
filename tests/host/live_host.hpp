// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/bwrap_launcher.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace strata::test {

/// A directory of this test's own, private, removed at the end with everything in it, whoever's ids it has; that it could be is
/// checked.
class own_directory {
public:
  own_directory();
  own_directory(const own_directory&) = delete;
  own_directory& operator=(const own_directory&) = delete;
  ~own_directory();

  const std::filesystem::path& path() const { return path_; }
  std::string session_root() const { return (path_ / "sessions").native(); }

private:
  std::filesystem::path path_;
};

/// What a command in a sandbox did.
struct answer {
  int status = -1;
  std::string out, err;
};

/// A host with a launcher and a thread for its sandboxes.
class live_host {
public:
  explicit live_host(std::unique_ptr<sandbox_host> host);
  live_host(const live_host&) = delete;
  live_host& operator=(const live_host&) = delete;
  ~live_host();

  result<std::shared_ptr<sandbox>> launch(const std::string& session, network_mode network = network_mode::none);
  /// Waits until no process and no file of it is left.
  void close(const std::shared_ptr<sandbox>& one);

  std::unique_ptr<sandbox_host> host;
  std::vector<launch_times> times;

private:
  boost::asio::io_context io_; // ends before the host, as in the server
  std::mutex mutex_;
  std::atomic<int> launches_ = 0;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
  std::unique_ptr<bwrap_launcher> launcher_;
};

/// `bash -c command` in the sandbox.
answer run(sandbox& one, const std::string& command);

/// Who runs these tests.
bool is_root();
bool has_subids();

/// Runs a shell command on the host, with subordinate ids as root over them.
int on_host(const std::string& command);

/// Waits, with a generous deadline, until the directory is empty.
bool becomes_empty(const std::filesystem::path& directory);

/// Whether some process' 0 is the first id of "FIRST-LAST…" on the host. As seen from the host: inside, the map shows the ids inside.
bool maps_root_to_start_of(const std::string& range);

} // namespace strata::test
