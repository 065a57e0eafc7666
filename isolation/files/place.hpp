// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/failure.hpp"
#include "isolation/unique_fd.hpp"

#include <sys/stat.h>

namespace strata::files {

/// A path as it is asked for: with `~` for the home, without slashes at its end. Empty: not one (empty, with a NUL, too long).
std::optional<std::string> real_path(const std::string& asked);

/// A directory and a name in it. Once it is open nothing that is done to the path leads an operation elsewhere.
struct place {
  unique_fd directory = unique_fd{};
  std::string name; ///< one step; "." for the root

  /// Opens the directory that holds `path`. `parents`: makes it, and those above it (0755).
  outcome open(const std::string& path, bool parents);
  /// Goes on to where the symbolic links at its end lead, so that a write goes where `>` would.
  outcome follow_links(const std::string& path);
};

/// For what is made beside an entry and then takes its place: nobody can guess it, so nobody's file is in the way. Empty: errno.
std::string fresh_name();

/// The stat of an entry itself; false with errno set.
bool look(const place& at, struct stat& into);

/// ELOOP where it would never end.
inline constexpr int max_links = 40;

} // namespace strata::files
