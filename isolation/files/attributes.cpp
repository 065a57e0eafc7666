// SPDX-License-Identifier: MIT
#include "isolation/agent/accounts.hpp"
#include "isolation/files/entries.hpp"
#include "isolation/files/info.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::files {

namespace {

constexpr std::int64_t per_second = 1'000'000'000;
/// fchmodat2(2), Linux 6.6, which glibc 2.36 does not know; the same number on every architecture.
constexpr long fchmodat2_number = 452;

/// By descriptor: a path could be another file by now. `file` is O_PATH.
bool change_mode(const unique_fd& file, mode_t mode) {
  if (::syscall(fchmodat2_number, file.get(), "", mode, AT_EMPTY_PATH) == 0)
    return true;
  return errno == ENOSYS && ::chmod(("/proc/self/fd/" + std::to_string(file.get())).c_str(), mode) == 0;
}

} // namespace

outcome set_attributes(const wire::files_set_attributes& asked, wire::file_info& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "change", asked.path);
  const unique_fd file{::open(path->c_str(), O_PATH | O_CLOEXEC)};
  struct stat seen {};
  if (!file || ::fstat(file.get(), &seen) != 0)
    return failed("change", *path);
  if (!asked.owner.empty()) {
    const auto owner = agent::find_account(asked.owner);
    if (!owner)
      return refused(wire::file_problem::user_not_found, "find user", asked.owner);
    if (::fchownat(file.get(), "", owner->user, owner->group, AT_EMPTY_PATH) != 0)
      return failed("change owner of", *path);
  }
  // After the owner, whose change clears the set-user-id bits.
  if (asked.mode >= 0 && !change_mode(file, static_cast<mode_t>(asked.mode) & 07777))
    return failed("change mode of", *path);
  if (asked.sets_mtime) {
    auto seconds = asked.mtime_ns / per_second;
    auto rest = asked.mtime_ns % per_second;
    if (rest < 0) {
      rest += per_second;
      --seconds;
    }
    const timespec times[] = {{0, UTIME_OMIT}, {seconds, rest}};
    if (::utimensat(file.get(), "", times, AT_EMPTY_PATH) != 0)
      return failed("change time of", *path);
  }
  if (::fstat(file.get(), &seen) != 0)
    return failed("change", *path);
  into = info_of(seen, *path);
  return {};
}

} // namespace strata::files
