// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/files.hpp"

namespace strata::wire {

/// Tells what happens to a file or directory (inotify(7)): `info` when it is watched, then `happened`… until somebody hangs up, or
/// `failure`.
struct files_watch {
  std::string path;
  bool recursive = false; ///< and in directories below, also in those to come
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.recursive); }
};
inline constexpr std::size_t max_watched_directories = 4096;

/// `overflow`: something happened that nobody can tell of. `gone`: what is watched has been removed or moved away; nothing more comes.
enum class file_change : std::uint8_t { created, written, removed, renamed, attributes, overflow, gone };

struct file_event {
  file_change what = file_change::overflow;
  bool directory = false;
  std::string path; ///< relative to what is watched; empty: that itself
  std::string to;   ///< renamed: its new path
  template <class S, class F> static void fields(S&& s, F f) { f(s.what, s.directory, s.path, s.to); }
};

struct files_happened {
  std::vector<file_event> events;
  template <class S, class F> static void fields(S&& s, F f) { f(s.events); }
};

} // namespace strata::wire
