// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/files.hpp"

/// How trees become archives and back. strata-files (inside, as the session's user) walks the tree or makes it; strata-archive
/// (outside, confined, as nobody) knows the formats; both speak over a socket between them, which the server makes and hands to
/// strata-files with `pack` or `unpack` (SCM_RIGHTS). On it, in one direction: `entry`, for a file `data`… until its size is there, and so
/// on to `end`; a socket that closes before `end` was broken off. strata-archive gives the server the archive as `data`… and `end`, or
/// takes it so, and then says `end` itself; either way `failure` comes instead where something is wrong. strata-files answers a `pack`
/// by `info` at once and `done` at the end, an `unpack` by `unpacked`.
namespace strata::wire {

inline constexpr int archive_socket_fd = 1; ///< of strata-archive: to the server
inline constexpr int entries_socket_fd = 2; ///< and to strata-files
inline constexpr int spool_fd =
  3; ///< when it unpacks: an empty file. A zip tells at its end what is in it, so all of it goes there
inline constexpr std::uint64_t max_spooled_bytes = std::uint64_t{4} << 30;

enum class archive_format : std::uint8_t { tar, tar_gz, zip };

/// A file or directory; of a directory what is in it, named from there. Links are packed as links; sockets, FIFOs and devices are
/// left out.
struct files_pack {
  std::string path;
  template <class S, class F> static void fields(S&& s, F f) { f(s.path); }
};

/// Into a directory, which is made where it is missing. Files take the place of files; directories stay.
struct files_unpack {
  std::string path;
  bool any_links = false; ///< symbolic links may lead out of the directory; nothing is ever put where they lead
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.any_links); }
};

struct files_unpacked {
  std::int64_t files = 0;   ///< entries made: files, directories, links
  std::int64_t bytes = 0;   ///< of files
  std::int64_t skipped = 0; ///< entries that are none of these
  template <class S, class F> static void fields(S&& s, F f) { f(s.files, s.bytes, s.skipped); }
};

struct archive_entry {
  std::string path;
  file_type type = file_type::unknown;
  bool hard_link = false; ///< `target` is the path of another entry
  std::int64_t size = 0;  ///< bytes of data that follow; of files only
  std::uint32_t mode = 0; ///< 0777
  std::int64_t mtime_ns = 0;
  std::string target;
  template <class S, class F> static void fields(S&& s, F f) {
    f(s.path, s.type, s.hard_link, s.size, s.mode, s.mtime_ns, s.target);
  }
};

} // namespace strata::wire
