// SPDX-License-Identifier: MIT
#include "isolation/files/write.hpp"

#include "isolation/files/body_to_file.hpp"
#include "isolation/files/info.hpp"
#include "isolation/files/replacement.hpp"
#include "isolation/files/turn.hpp"

#include <fcntl.h>

namespace strata::files {

namespace {

constexpr mode_t usual_mode = 0644;

/// What comes until its end goes into the file.
outcome take(channel& from, const unique_fd& file, const std::string& path, bool& broken_off) {
  body_to_file into{from, file, path};
  for (wire::files_head head; from.receive_head(head);) {
    if (head.what == wire::files_message::end)
      return {};
    if (head.what != wire::files_message::data)
      break;
    if (auto problem = into.take(head, broken_off); problem || broken_off)
      return problem;
  }
  broken_off = true;
  return {};
}

condition condition_of(const wire::files_write& asked) { return {asked.if_match, asked.must_be_new}; }

outcome replace(const wire::files_write& asked, channel& from, const std::string& path, const place& at, wire::file_info& into,
                bool& broken_off) {
  struct stat old {};
  if (auto problem = judge(condition_of(asked), path, look(at, old) ? &old : nullptr))
    return problem;
  replacement fresh{at, path};
  if (auto problem = fresh.make())
    return problem;
  if (auto problem = take(from, fresh.file(), path, broken_off); problem || broken_off)
    return problem;
  // Those who write by this program wait for each other here; what is there may have changed while the bytes came.
  const turn mine{at.directory};
  return mine ? fresh.put(condition_of(asked), asked.mode, into) : failed("write", path, EBUSY);
}

outcome append(const wire::files_write& asked, channel& from, const std::string& path, const place& at, wire::file_info& into,
               bool& broken_off) {
  struct stat old {};
  const bool there = look(at, old);
  if (auto problem = judge(condition_of(asked), path, there ? &old : nullptr))
    return problem;
  const auto mode = asked.mode >= 0 ? static_cast<mode_t>(asked.mode) & 07777 : usual_mode;
  const unique_fd file{::openat(at.directory.get(), at.name.c_str(),
                                O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode)};
  if (!file || ::fstat(file.get(), &old) != 0)
    return failed("append to", path);
  if (!S_ISREG(old.st_mode))
    return refused(wire::file_problem::not_a_regular_file, "append to", path);
  if (auto problem = take(from, file, path, broken_off); problem || broken_off)
    return problem;
  if (::fstat(file.get(), &old) != 0)
    return failed("append to", path);
  into = info_of(old, path);
  into.created = !there;
  return {};
}

} // namespace

outcome write(const wire::files_write& asked, channel& from, wire::file_info& into, bool& broken_off) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "write", asked.path);
  place at;
  if (auto problem = at.open(*path, asked.parents))
    return problem;
  if (auto problem = at.follow_links(*path))
    return problem;
  return asked.append ? append(asked, from, *path, at, into, broken_off) : replace(asked, from, *path, at, into, broken_off);
}

} // namespace strata::files
