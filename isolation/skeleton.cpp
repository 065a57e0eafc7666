// SPDX-License-Identifier: MIT
#include "isolation/skeleton.hpp"

#include "isolation/filtered_etc.hpp"
#include "isolation/harmless_copy.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

constexpr std::array directories{
  "usr",
  "opt",
  "home",
  "mnt",
  "media",
  "srv",
  "root",
  "proc",
  "sys",
  "dev",
  "run",
  "var/backups",
  "var/lib/misc",
  "var/lib/dpkg",
  "var/lib/apt",
  "var/lib/rpm",
  "var/lib/ucf/cache",
  "var/lib/systemd",
  "var/cache/apt/archives/partial",
  "var/cache/debconf",
  "var/cache/man",
  "var/cache/fontconfig",
  "var/cache/ldconfig",
  "var/local",
  "var/log/apt",
  "var/opt",
  "var/spool/cron",
};
constexpr std::array sticky_directories{"tmp", "var/tmp"};
// Registries that maintainer scripts change with tools of their own (pam-auth-update(8), update-shells(8), py3compile(1)).
constexpr std::array copied_state{"var/lib/pam",       "var/lib/shells.state",   "var/lib/python", "var/lib/xml-core",
                                  "var/lib/sgml-base", "var/lib/emacsen-common", "var/lib/binfmts"};

result<void> make_link(const fs::path& target, const fs::path& at) {
  if (::symlink(target.c_str(), at.c_str()) != 0)
    return errno_error("make link", at.native());
  return {};
}

bool is_usr_alias(const std::string& name) { return name == "bin" || name == "sbin" || name.starts_with("lib"); }

// bin, sbin, lib*: links into /usr, or directories of their own on a host that has not merged them; a layer comes there then.
result<void> make_usr_aliases(const fs::path& host_root, const fs::path& to) {
  std::error_code failure;
  for (fs::directory_iterator entry{host_root, failure}, end; !failure && entry != end; entry.increment(failure)) {
    const auto name = entry->path().filename().native();
    struct stat status {};
    if (!is_usr_alias(name) || ::lstat(entry->path().c_str(), &status) != 0)
      continue;
    if (S_ISDIR(status.st_mode)) {
      STRATA_CHECK(make_open_directory(to / name));
    } else if (S_ISLNK(status.st_mode)) {
      const auto target = fs::read_symlink(entry->path(), failure);
      if (target.native().starts_with("usr/") || target.native().starts_with("/usr/"))
        STRATA_CHECK(make_link(target, to / name));
    }
  }
  if (failure)
    return errno_error("read directory", host_root.native(), failure.value());
  return {};
}

} // namespace

result<void> make_skeleton(const fs::path& host_root, const fs::path& to) {
  STRATA_CHECK(make_open_directory(to));
  for (const auto* name : directories)
    STRATA_CHECK(make_open_directory(to / name));
  for (const auto* name : sticky_directories)
    STRATA_CHECK(make_open_directory(to / name, 01777));
  STRATA_CHECK(make_open_directory(to / "var/mail", 01777));
  STRATA_CHECK(make_link("../mail", to / "var/spool/mail"));
  STRATA_CHECK(make_link("/run", to / "var/run"));
  STRATA_CHECK(make_link("/run/lock", to / "var/lock"));
  STRATA_CHECK(make_usr_aliases(host_root, to));
  STRATA_CHECK(make_filtered_etc(host_root / "etc", to / "etc"));
  harmless_copy copies;
  for (const auto* name : copied_state)
    STRATA_CHECK(copies.copy(host_root / name, to / name));
  return {};
}

result<void> close_private_entries(const fs::path& skeleton) {
  for (const auto& entry : private_entries) {
    const auto path = skeleton / entry.name;
    // Sessions' ids begin at 0 of the base: the group is the one inside.
    if ((::geteuid() == 0 && ::chown(path.c_str(), 0, entry.group) != 0) || ::chmod(path.c_str(), entry.mode) != 0)
      return errno_error("set mode of", path.native());
  }
  return {};
}

} // namespace strata
