// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"
#include "isolation/file_access/access.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata {

struct file_event_page {
  std::vector<file_event> items; ///< the first may be an `overflow` that stands for what is not known any more
  std::int64_t first = 0;        ///< number of the first; the next ones count from there
  std::int64_t next = 0;         ///< for `since`
};

/// What happens to a file or directory. The first call begins to watch and answers at once with `next`; later ones with `since` give
/// what has happened from there on. Who asks for the same (user, path, recursive) shares one watch; it ends with the session, or when
/// eight others are in use and it was read the longest ago: then the next answer begins with an overflow.
struct watch_files {
  using response = file_event_page;
  static constexpr auto name = "watch_files";
  static constexpr bool waits = true;

  session_ref session;
  std::string path;
  std::string user;
  bool recursive = false;
  std::optional<std::int64_t> since; ///< absent: from now on
  std::int64_t wait_ms = 0;          ///< when there is nothing yet, 0-60000
  std::int64_t limit = 1000;         ///< 1-1000
};

} // namespace strata
