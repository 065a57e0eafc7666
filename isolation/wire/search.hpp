// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/wire/files.hpp"

namespace strata::wire {

/// Names and lines, in the order of the paths, compared step by step. Links are not followed; of a file that has a NUL in its
/// beginning the lines are not looked at. With neither text nor regex: names only.
struct files_search {
  std::string path;  ///< a directory, or one file
  std::string name;  ///< shell pattern (fnmatch(3)) of an entry's name, or of its path where it has a slash; empty: any
  std::string text;  ///< that a line must have
  std::string regex; ///< Perl's (pcre2pattern(3)), that a line must match; not both
  bool ignore_case = false;
  bool hidden = true;
  std::uint32_t context = 0;          ///< lines before and after, at most max_search_context
  std::uint32_t limit = 100;          ///< at most max_page_entries
  std::uint32_t max_bytes = 64 << 10; ///< of lines in the answer
  std::string after_path;             ///< only what comes after this entry,
  std::uint32_t after_line = 0;       ///< or, where it is not 0, in it after this line
  template <class S, class F> static void fields(S&& s, F f) {
    f(s.path, s.name, s.text, s.regex, s.ignore_case, s.hidden, s.context, s.limit, s.max_bytes, s.after_path, s.after_line);
  }
};
inline constexpr std::uint32_t max_search_context = 20;
inline constexpr std::size_t max_search_line = 1 << 10; ///< of a line in an answer: around the match

struct search_match {
  std::string path; ///< relative to where the search began
  file_type type = file_type::unknown;
  std::uint32_t line = 0;   ///< from 1; 0: the name matches
  std::uint32_t column = 0; ///< byte in the line, from 1
  std::string text;         ///< the line, or max_search_line of it
  std::vector<std::string> before, after;
  template <class S, class F> static void fields(S&& s, F f) { f(s.path, s.type, s.line, s.column, s.text, s.before, s.after); }
};

/// A page; it may be empty and yet not the last, when there was much to look at.
struct files_found {
  std::vector<search_match> matches;
  bool more = false;
  std::string after_path; ///< where to go on
  std::uint32_t after_line = 0;
  std::uint32_t unreadable = 0; ///< files and directories that could not be looked into
  std::uint32_t binary = 0;     ///< files whose lines were not looked at
  template <class S, class F> static void fields(S&& s, F f) {
    f(s.matches, s.more, s.after_path, s.after_line, s.unreadable, s.binary);
  }
};

} // namespace strata::wire
