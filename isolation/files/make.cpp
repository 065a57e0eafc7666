// SPDX-License-Identifier: MIT
#include "isolation/files/entries.hpp"
#include "isolation/files/info.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

namespace {

constexpr mode_t directory_mode = 0755;

outcome tell(const place& at, const std::string& path, bool created, wire::file_info& into) {
  auto info = info_at(at.directory.get(), at.name, path);
  if (!info)
    return failed("stat", path);
  into = std::move(*info);
  into.created = created;
  return {};
}

} // namespace

outcome make_directory(const wire::files_make_directory& asked, wire::file_info& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "make directory", asked.path);
  place at;
  if (auto problem = at.open(*path, asked.parents))
    return problem;
  const auto mode = asked.mode >= 0 ? static_cast<mode_t>(asked.mode) & 07777 : directory_mode;
  const bool made = at.name != "." && ::mkdirat(at.directory.get(), at.name.c_str(), mode & 0777) == 0;
  if (!made) {
    const auto number = at.name == "." ? EEXIST : errno;
    struct stat seen {};
    const bool there =
      number == EEXIST && asked.parents && ::fstatat(at.directory.get(), at.name.c_str(), &seen, 0) == 0 && S_ISDIR(seen.st_mode);
    if (!there)
      return failed("make directory", *path, number);
  } else if (asked.mode >= 0 && ::fchmodat(at.directory.get(), at.name.c_str(), mode, 0) != 0) { // whatever the umask
    return failed("make directory", *path);
  }
  return tell(at, *path, made, into);
}

outcome make_link(const wire::files_make_link& asked, wire::file_info& into) {
  const auto path = real_path(asked.path);
  if (!path || asked.target.empty() || asked.target.find('\0') != std::string::npos)
    return refused(wire::file_problem::malformed, "make link", asked.path);
  place at;
  if (auto problem = at.open(*path, false))
    return problem;
  bool replaced = false;
  if (::symlinkat(asked.target.c_str(), at.directory.get(), at.name.c_str()) != 0) {
    struct stat seen {};
    if (errno != EEXIST || !asked.overwrite || !look(at, seen))
      return failed("make link", *path);
    if (S_ISDIR(seen.st_mode))
      return failed("make link", *path, EISDIR);
    // Under another name first: the path never leads nowhere.
    const auto beside = fresh_name();
    if (beside.empty() || ::symlinkat(asked.target.c_str(), at.directory.get(), beside.c_str()) != 0)
      return failed("make link", *path);
    if (::renameat(at.directory.get(), beside.c_str(), at.directory.get(), at.name.c_str()) != 0) {
      const auto number = errno;
      ::unlinkat(at.directory.get(), beside.c_str(), 0);
      return failed("make link", *path, number);
    }
    replaced = true;
  }
  return tell(at, *path, !replaced, into);
}

} // namespace strata::files
