// SPDX-License-Identifier: MIT
#include "isolation/files/entries.hpp"
#include "isolation/files/place.hpp"
#include "isolation/removal_walk.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

outcome remove(const wire::files_remove& asked) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "remove", asked.path);
  place at;
  if (auto problem = at.open(*path, false))
    return problem;
  struct stat seen {};
  if (!look(at, seen))
    return failed("remove", *path);
  if (at.name == ".") // the root, or what ends in dots
    return failed("remove", *path, EBUSY);
  const bool directory = S_ISDIR(seen.st_mode);
  if (::unlinkat(at.directory.get(), at.name.c_str(), directory ? AT_REMOVEDIR : 0) == 0)
    return {};
  if (!directory || !asked.recursive || (errno != ENOTEMPTY && errno != EEXIST))
    return failed("remove", *path);
  const auto walked = walk_and_remove(at.directory.get(), at.name);
  if (walked.failures == 0)
    return {};
  return wire::files_failure{wire::file_problem::by_number, walked.number, "remove " + *path + " (" + walked.text + ")"};
}

} // namespace strata::files
