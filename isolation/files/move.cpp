// SPDX-License-Identifier: MIT
#include "isolation/files/copy.hpp"
#include "isolation/files/entries.hpp"
#include "isolation/files/info.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

namespace {

/// 0 or an errno value.
int rename(const place& from, const place& to, bool overwrite) {
  const auto step = [&](unsigned flags) {
    return ::renameat2(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str(), flags) == 0 ? 0 : errno;
  };
  if (overwrite)
    return step(0);
  const auto number = step(RENAME_NOREPLACE);
  struct stat seen {};
  if (number != EINVAL)
    return number;
  return look(to, seen) ? EEXIST : step(0); // a file system that does not know the flag; or a directory into itself
}

} // namespace

outcome move(const wire::files_transfer& asked, wire::file_info& into) {
  const auto source = real_path(asked.from), target = real_path(asked.to);
  if (!source || !target)
    return refused(wire::file_problem::malformed, "move", source ? asked.to : asked.from);
  place from, to;
  if (auto problem = from.open(*source, false))
    return problem;
  if (auto problem = to.open(*target, false))
    return problem;
  struct stat seen {};
  if (!look(from, seen)) // else a missing source would be told as if it were the target
    return failed("move", *source);
  const auto number = rename(from, to, asked.overwrite);
  if (number == EXDEV) {
    if (auto problem = copy_to(from, to, {*source, *target, asked.overwrite}))
      return problem;
    if (auto problem = remove({*source, true}))
      return problem;
  } else if (number == EINVAL) {
    return refused(wire::file_problem::into_itself, "move to", *target);
  } else if (number != 0) {
    return failed("move to", *target, number);
  }
  auto info = info_at(to.directory.get(), to.name, *target);
  if (!info)
    return failed("stat", *target);
  into = std::move(*info);
  into.created = true;
  return {};
}

} // namespace strata::files
