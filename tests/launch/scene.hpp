// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/launch.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace strata::test {

/// The kinds of base that a server offers.
enum class base_kind {
  host,   ///< a skeleton and the host's /usr as a layer of its own (writable for root, read-only for a plain user)
  rootfs, ///< one prepared tree
};

inline constexpr char small_programs[] =
  "sh cat ls stat touch rm mkdir mv chown id env hostname grep head sort uname mount ln dd";

/// A directory with a base and one session, made as a server of the current user would: ids by what the user may map.
/// Everything is removed at the end.
class scene {
public:
  /// `programs`: what a rootfs holds, with its libraries.
  explicit scene(base_kind kind, overlay_driver driver, const char* programs = small_programs);
  scene(const scene&) = delete;
  scene& operator=(const scene&) = delete;
  ~scene();

  launch_order order(); ///< borrows from the scene
  unique_fd duplicate_session() const;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path files() const { return path_ / "session/files"; }
  std::filesystem::path base_path() const { return path_ / "base"; }
  id_map ids;
  overlay_driver driver;
  base root;
  launch_tools tools;

  agent_image guest;

private:
  std::filesystem::path path_;
  unique_fd session_dir_;
  unique_fd files_dir_;
};

struct answer {
  int status = -1;
  std::string output;
};

/// Has the guest run a shell command.
answer run(const launched& sandbox, const std::string& command);

/// Kills the agent and reaps the children; returns false if one of them does not end.
bool end(launched& sandbox);

/// Runs a shell command on the host; with subordinate ids as root over them. Its output.
std::string on_host(const std::string& command);

/// Processes that descend from this one, as "PID NAME" lines, after reaping those that have ended inside a sandbox and
/// that nobody else reaps. An orphan comes to this process, so that nothing that a scene has started can be missed.
std::string processes_left();

/// Mounts in any process' namespace whose line in mountinfo holds the text.
std::string mounts_with(const std::string& text);

std::string libexec();

} // namespace strata::test
