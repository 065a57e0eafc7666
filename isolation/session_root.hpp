// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Name of a session's directory: injective in (owner, session, uid), whatever bytes the ids hold, and never longer than
/// 100 bytes of [a-z0-9-]. "s-", half a SHA-256 of the length-prefixed key, "-", the uid. Pure.
std::string session_directory_name(std::string_view owner_id, std::string_view session_id, std::string_view uid);
/// Whether it can be such a name: nothing else is opened, made or discarded below ROOT/sessions. Pure.
bool is_session_directory_name(std::string_view name) noexcept;

/// Where one session lives on the disk. Descriptors are O_PATH.
struct session_directory {
  std::string name;
  unique_fd directory; ///< 0700, the server's: ctl.sock, ids (isolation/ids_file.hpp), files/
  unique_fd files;     ///< 0777 below it: upper and work directories, made and owned by the session's ids
};

/// The directory that holds every session of one server: ROOT/{.lock,sessions/,trash/,base/}. Nothing in it is ever
/// found by a path made of a client's words, and every step below ROOT is made by openat2(2) without links.
/// Immutable after open(), hence thread safe.
class session_root {
public:
  /// Makes ROOT (0700) and its missing parents (0755), and takes its lock. Refused with the reason: a ROOT that is a
  /// link or no directory, that someone else owns, whose mode lets others in; a parent that others than root and this
  /// user can write to, unless it is sticky (/tmp) and the next step belongs to this user or root; a parent that is a
  /// link; a directory with other things in it that no server has used yet (what is in ROOT/trash gets deleted); one
  /// whose lock another server holds ("session root /x: in use by another server (process 123)").
  static result<session_root> open(const std::string& path);

  const std::string& path() const noexcept { return path_; }
  int directory() const noexcept { return root_.get(); }
  int sessions() const noexcept { return sessions_.get(); }
  int trash() const noexcept { return trash_.get(); }
  /// ROOT/base, for the skeleton.
  std::string base_path() const { return path_ + "/base"; }

  /// Makes a session's directory. Fails if it is there. What a failure has made is removed again.
  result<session_directory> make(const std::string& name) const;
  /// Opens one that is there; makes files/ in one that a killed server has only begun.
  result<session_directory> open_session(const std::string& name) const;
  /// Names of all session directories, e.g. those that a killed server left.
  result<std::vector<std::string>> list() const;

private:
  session_root() = default;

  std::string path_;
  unique_fd root_, lock_, sessions_, trash_;
};

} // namespace strata
