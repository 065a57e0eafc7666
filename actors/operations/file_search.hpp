// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"
#include "isolation/file_access/access.hpp"

#include <string>
#include <vector>

namespace strata {

using wire::search_match;

struct search_page {
  std::vector<search_match> items; ///< paths relative to where the search began
  std::string next_cursor;         ///< empty: this was the last page. Any bytes
  std::int64_t unreadable = 0;     ///< files and directories that could not be looked into
  std::int64_t binary = 0;         ///< files whose lines were not looked at
};

/// Names and lines, in the order of the paths. Links are not followed. A page may be empty and yet not the last, when there was much to
/// look at. With neither text nor regex: names only.
struct search_files {
  using response = search_page;
  static constexpr auto name = "search_files";
  static constexpr bool waits = true;

  session_ref session;
  std::string path; ///< a directory, or one file
  std::string user;
  std::string glob;  ///< of names, or of paths where it has a slash; empty: any
  std::string text;  ///< that a line must have
  std::string regex; ///< Perl's, that a line must match; not both
  bool ignore_case = false;
  bool hidden = true;
  std::int64_t context = 0;          ///< lines before and after, 0-20
  std::int64_t limit = 100;          ///< matches, 1-1000
  std::int64_t max_bytes = 64 << 10; ///< of lines in the answer, 1024-1048576
  std::string cursor;
};

} // namespace strata
