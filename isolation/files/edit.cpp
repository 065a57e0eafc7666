// SPDX-License-Identifier: MIT
#include "isolation/files/edit.hpp"

#include "isolation/files/info.hpp"
#include "isolation/files/replacement.hpp"
#include "isolation/files/turn.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

namespace {

constexpr std::size_t max_lines_told = 20;

std::uint32_t line_at(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

/// The whole lines that hold a stretch of a text, shortened.
std::string lines_around(std::string_view text, std::size_t at, std::size_t length) {
  const auto before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const auto begin = before == text.npos ? 0 : before + 1;
  // A newline at the end of the stretch ends its last line.
  const auto last = length > 0 ? at + length - 1 : at;
  const auto end = std::min(text.find('\n', last), text.size());
  return std::string{text.substr(begin, std::min(end - begin, wire::max_hunk_bytes))};
}

/// As string_view::find, but in linear time, whatever it is given.
std::size_t position(std::string_view text, std::string_view what, std::size_t from) {
  const auto* at = ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return at == nullptr ? text.npos : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

/// One step of an edit, on the text so far.
class replacing {
public:
  replacing(const wire::files_edit_step& step, std::int32_t index, const std::string& path)
    : step_{step}, index_{index}, path_{path} {}

  outcome apply(std::string& text, wire::files_edited& told) const {
    auto at = step_.old_text.empty() ? text.npos : position(text, step_.old_text, 0);
    if (at == text.npos)
      return problem(wire::file_problem::edit_not_found);
    if (!step_.all && position(text, step_.old_text, at + 1) != text.npos)
      return ambiguous(text);
    std::string made;
    const auto first = told.hunks.size();
    std::vector<std::size_t> places; // of the hunks, in what is made
    std::size_t done = 0;
    for (; at != text.npos; at = position(text, step_.old_text, done)) {
      made.append(text, done, at - done);
      if (told.hunks.size() < wire::max_hunks) {
        told.hunks.push_back({0, lines_around(text, at, step_.old_text.size()), ""});
        places.push_back(made.size());
      }
      made += step_.new_text;
      ++told.replaced;
      done = at + step_.old_text.size();
      if (made.size() + (text.size() - done) > static_cast<std::size_t>(wire::max_edited_bytes))
        return problem(wire::file_problem::too_large);
    }
    made.append(text, done);
    for (std::size_t i = 0; i < places.size(); ++i) {
      told.hunks[first + i].line = line_at(made, places[i]);
      told.hunks[first + i].added = lines_around(made, places[i], step_.new_text.size());
    }
    text = std::move(made);
    return {};
  }

private:
  wire::files_failure problem(wire::file_problem why) const {
    auto told = refused(why, "edit", path_);
    told.number = index_;
    return told;
  }
  wire::files_failure ambiguous(std::string_view text) const {
    auto told = problem(wire::file_problem::edit_ambiguous);
    for (auto at = position(text, step_.old_text, 0); at != text.npos; at = position(text, step_.old_text, at + 1)) {
      if (told.lines.size() < max_lines_told)
        told.lines.push_back(line_at(text, at));
      ++told.count;
    }
    return told;
  }

  const wire::files_edit_step& step_;
  const std::int32_t index_;
  const std::string& path_;
};

outcome read_whole(const place& at, const std::string& path, std::string& into) {
  const unique_fd file{::openat(at.directory.get(), at.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  struct stat seen {};
  if (!file || ::fstat(file.get(), &seen) != 0)
    return failed("edit", path);
  if (seen.st_size > wire::max_edited_bytes)
    return refused(wire::file_problem::too_large, "edit", path);
  into.resize(static_cast<std::size_t>(seen.st_size));
  for (std::size_t done = 0; done < into.size();) {
    const auto got = ::read(file.get(), into.data() + done, into.size() - done);
    if (got < 0 && errno != EINTR)
      return failed("edit", path);
    if (got == 0)
      into.resize(done);
    done += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  return {};
}

} // namespace

outcome edit(const wire::files_edit& asked, wire::files_edited& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "edit", asked.path);
  place at;
  if (auto problem = at.open(*path, false))
    return problem;
  if (auto problem = at.follow_links(*path))
    return problem;
  const turn mine{at.directory};
  if (!mine)
    return failed("edit", *path, EBUSY);
  struct stat old {};
  if (!look(at, old))
    return failed("edit", *path);
  const condition when{asked.if_match};
  if (auto problem = judge(when, *path, &old))
    return problem;
  std::string text;
  if (auto problem = read_whole(at, *path, text))
    return problem;
  for (std::size_t i = 0; i < asked.steps.size(); ++i)
    if (auto problem = replacing{asked.steps[i], static_cast<std::int32_t>(i), *path}.apply(text, into))
      return problem;
  replacement fresh{at, *path};
  if (auto problem = fresh.make())
    return problem;
  if (auto problem = fresh.write(text))
    return problem;
  const std::vector<std::string> as_read{etag_of(old)};
  return fresh.put({as_read}, -1, into.info); // whatever else writes there has not come between
}

} // namespace strata::files
