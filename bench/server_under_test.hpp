// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace strata::bench {

/// The real server binary on a free port of the loopback, with a session root of its own; stopped by the destructor.
class server_under_test {
public:
  /// `arguments`: more of `strata run`.
  explicit server_under_test(const std::string& binary, const std::vector<std::string>& arguments = {});
  ~server_under_test();
  server_under_test(const server_under_test&) = delete;
  server_under_test& operator=(const server_under_test&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  /// A directory that is removed at the end; the server's own is below it.
  const std::filesystem::path& directory() const { return directory_; }
  /// What the server has logged so far (events with key=value).
  std::string log() const;

private:
  std::filesystem::path directory_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

} // namespace strata::bench
