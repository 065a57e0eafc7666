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

/// A directory with a base and one session, made as a server of the current user would: ids by what the user may map.
/// Everything is removed at the end.
class scene {
public:
  explicit scene(base_kind kind, overlay_driver driver);
  scene(const scene&) = delete;
  scene& operator=(const scene&) = delete;
  ~scene();

  launch_order order(); ///< borrows from the scene

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

/// Host processes of the ids of a map, as "PID NAME" lines; the current user's own when the map is single: none.
std::string processes_of(const id_map& ids);

/// Mounts in any process' namespace whose line in mountinfo holds the text.
std::string mounts_with(const std::string& text);

std::string libexec();

} // namespace strata::test
