// SPDX-License-Identifier: MIT
#include "tests/security/probes/probe.hpp"

#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace strata::probes {

namespace {

constexpr const char* harmless[] = {".",     "..",     "null",   "zero", "full", "random", "urandom", "tty",  "console",
                                    "stdin", "stdout", "stderr", "fd",   "core", "shm",    "pts",     "ptmx", "mqueue"};

bool is_harmless(const char* name) {
  for (const auto* each : harmless)
    if (std::strcmp(each, name) == 0)
      return true;
  return false;
}

verdict others() {
  auto* const directory = ::opendir("/dev");
  std::string found;
  while (directory != nullptr) {
    const auto* entry = ::readdir(directory);
    if (entry == nullptr)
      break;
    if (!is_harmless(entry->d_name))
      found.append(found.empty() ? "" : " ").append(entry->d_name);
  }
  if (directory != nullptr)
    ::closedir(directory);
  return found.empty() ? held() : broken(found.substr(0, 200));
}

verdict by_mknod(mode_t type, unsigned major_number, unsigned minor_number) {
  constexpr char path[] = "/tmp/strata-probe-device";
  ::unlink(path);
  const auto answer = ::mknod(path, type | 0600, makedev(major_number, minor_number));
  const int number = errno;
  ::unlink(path);
  errno = number;
  return by_answer(answer);
}

constexpr char group[] = "Devices";
constexpr probe table[] = {
  {group, "other_devices", "/dev holds nothing but harmless devices", weakness::bare, others},
  {group, "mknod_memory", "No device of memory can be made", weakness::bare, [] { return by_mknod(S_IFCHR, 1, 1); }},
  {group, "mknod_disk", "No device of a disk can be made", weakness::bare, [] { return by_mknod(S_IFBLK, 253, 0); }},
  {group, "new_in_dev", "Nothing can be put into /dev", weakness::bare,
   [] {
     const int file = ::open("/dev/strata-probe", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
     const int number = errno;
     if (file >= 0) {
       ::close(file);
       ::unlink("/dev/strata-probe");
     }
     return file < 0 && number == EROFS ? held(error_text(number)) : broken("a file was made");
   }},
};

} // namespace

std::span<const probe> device_probes() { return table; }

} // namespace strata::probes
