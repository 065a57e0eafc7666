// SPDX-License-Identifier: MIT
#include "isolation/files/search.hpp"

#include "isolation/files/info.hpp"
#include "isolation/files/inner_path.hpp"
#include "isolation/files/line_pattern.hpp"
#include "isolation/files/lines.hpp"
#include "isolation/files/ordered_walk.hpp"

#include <algorithm>
#include <deque>
#include <fnmatch.h>
#include <time.h>

namespace strata::files {

namespace {

using step = ordered_walk::step;
using wire::file_type;

/// Descriptors and stack grow with the depth.
constexpr std::uint32_t deepest_search = 64;
/// A page ends when it has taken that long, with what it has: nobody is to wait for an hour without a word.
constexpr std::int64_t page_ms = 5'000;

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// The part of a line around a match.
std::string shown(std::string_view line, std::size_t match) {
  if (line.size() <= wire::max_search_line)
    return std::string{line};
  const auto begin = std::min(match - std::min(match, wire::max_search_line / 4), line.size() - wire::max_search_line);
  return std::string{line.substr(begin, wire::max_search_line)};
}

class searcher {
public:
  searcher(const wire::files_search& asked, wire::files_found& into) : asked_{asked}, into_{into} {
    limit_ = std::clamp<std::uint32_t>(asked.limit, 1, wire::max_page_entries);
    context_ = std::min(asked.context, wire::max_search_context);
  }
  std::string set_pattern() { return looks_at_lines() ? pattern_.set(asked_.text, asked_.regex, asked_.ignore_case) : ""; }

  /// For ordered_walk.
  step operator()(int directory, const std::string& name, const std::string& path) {
    if (is_full())
      return stop();
    struct stat seen {};
    if (::fstatat(directory, name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0)
      return step::on; // it has gone meanwhile
    into_.after_path = path;
    into_.after_line = 0;
    const auto type = info_of(seen, {}).type;
    if (fits(name, path)) {
      if (!looks_at_lines())
        add({path, type, 0, 0, {}, {}, {}});
      else if (type == file_type::file && !file(directory, name, path, 0))
        return stop();
    }
    return type == file_type::directory ? step::into : step::on;
  }

  /// The lines of a file after one of them. False: the page is full, and where to go on is told.
  bool file(int directory, const std::string& name, const std::string& path, std::uint32_t after) {
    const unique_fd opened{::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat seen {};
    if (!opened || ::fstat(opened.get(), &seen) != 0 || !S_ISREG(seen.st_mode)) {
      into_.unreadable += !opened && errno == EACCES ? 1 : 0;
      return true;
    }
    return read({path, file_type::file, 0, 0, {}, {}, {}}, opened, after);
  }

  /// The rest of the file in which the page before ended, if it is still there.
  bool resume(int top) {
    const auto slash = asked_.after_path.rfind('/');
    const auto above = open_within(top, slash == std::string::npos ? "" : asked_.after_path.substr(0, slash), true);
    return !above
           || file(above.get(), asked_.after_path.substr(slash == std::string::npos ? 0 : slash + 1), asked_.after_path,
                   asked_.after_line);
  }

  bool looks_at_lines() const { return !asked_.text.empty() || !asked_.regex.empty(); }

private:
  bool fits(const std::string& name, const std::string& path) const {
    const bool whole = asked_.name.find('/') != asked_.name.npos;
    return asked_.name.empty()
           || ::fnmatch(asked_.name.c_str(), (whole ? path : name).c_str(),
                        (whole ? FNM_PATHNAME : 0) | (asked_.ignore_case ? FNM_CASEFOLD : 0))
                == 0;
  }

  bool read(wire::search_match match, const unique_fd& opened, std::uint32_t after) {
    lines all{opened};
    if (all.is_binary()) {
      ++into_.binary;
      return true;
    }
    std::deque<std::string> before;
    auto open = into_.matches.size(); // the first match that still gets lines after it
    bool left_out = false;
    for (std::string_view line; all.next(line);) {
      if (all.number() == after)
        until_ = now_ms() + page_ms; // what was looked at before does not count, so that every page gets on
      while (open < into_.matches.size() && into_.matches[open].after.size() >= context_)
        ++open;
      const bool full = is_full();
      if (full && open == into_.matches.size() && all.number() > after)
        return go_on_after(match.path, std::max({match.line, after, late() ? all.number() - 1 : 0}));
      for (auto each = open; each < into_.matches.size(); ++each)
        put(into_.matches[each].after, line);
      if (all.number() > after && all.number() > match.line && pattern_.find(line)) {
        left_out = left_out || full;
        if (!full)
          add_line(match, all.number(), line, before);
      }
      before.push_back(shown(line, 0));
      if (before.size() > context_)
        before.pop_front();
    }
    into_.unreadable += all.failed() ? 1 : 0;
    return !left_out || go_on_after(match.path, match.line);
  }

  void add_line(wire::search_match& match, std::uint32_t number, std::string_view line, const std::deque<std::string>& before) {
    const auto at = pattern_.find(line).value_or(0);
    match.line = number;
    match.column = static_cast<std::uint32_t>(at + 1);
    match.text = shown(line, at);
    match.before = {before.begin(), before.end()};
    add(match);
  }
  /// The next page does.
  bool go_on_after(const std::string& path, std::uint32_t line) {
    into_.after_path = path;
    into_.after_line = line;
    return false;
  }

  void put(std::vector<std::string>& lines, std::string_view line) {
    lines.push_back(shown(line, 0));
    bytes_ += lines.back().size();
  }
  void add(wire::search_match match) {
    bytes_ += match.path.size() + match.text.size();
    for (const auto& each : match.before)
      bytes_ += each.size();
    into_.matches.push_back(std::move(match));
  }
  bool late() const { return now_ms() > until_; }
  bool is_full() const { return into_.matches.size() >= limit_ || bytes_ >= asked_.max_bytes || late(); }
  step stop() {
    into_.more = true;
    return step::stop;
  }

  const wire::files_search& asked_;
  wire::files_found& into_;
  line_pattern pattern_;
  std::uint32_t limit_ = 0, context_ = 0;
  std::size_t bytes_ = 0;
  std::int64_t until_ = now_ms() + page_ms;
};

} // namespace

outcome search(const wire::files_search& asked, wire::files_found& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "search", asked.path);
  searcher look{asked, into};
  if (const auto why = look.set_pattern(); !why.empty())
    return wire::files_failure{wire::file_problem::bad_pattern, 0, "search: regex: " + why};
  unique_fd top{::open(path->c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  struct stat seen {};
  if (!top || ::fstat(top.get(), &seen) != 0)
    return failed("search", *path);
  if (S_ISREG(seen.st_mode)) {
    place at;
    if (auto problem = at.open(*path, false))
      return problem;
    if (auto problem = at.follow_links(*path))
      return problem;
    into.after_path = at.name;
    into.more = look.looks_at_lines() && !look.file(at.directory.get(), at.name, at.name, asked.after_line);
    return {};
  }
  const directory_stream stream{S_ISDIR(seen.st_mode) ? ::fdopendir(top.release()) : nullptr};
  if (!stream)
    return failed("search", *path, ENOTDIR);
  into.after_path = asked.after_path;
  into.after_line = asked.after_line;
  // Where the page before ended in the middle of a file.
  if (asked.after_line > 0 && look.looks_at_lines() && !look.resume(::dirfd(stream.get()))) {
    into.more = true;
    return {};
  }
  into.after_line = 0;
  ordered_walk walk{asked.hidden};
  walk.walk(stream.get(), "", deepest_search, asked.after_path, look);
  into.unreadable += walk.unreadable();
  return {};
}

} // namespace strata::files
