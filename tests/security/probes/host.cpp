// SPDX-License-Identifier: MIT
// Files of the host. The runner plants them there and says where.
#include "tests/security/probes/probe.hpp"

#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata::probes {

namespace {

verdict by_file(const char* key) {
  const auto path = fact(key);
  if (path.empty())
    return absent("the runner may not write there");
  return exists(path.c_str()) ? broken(path + " is there") : held("not there");
}

verdict password_hashes() {
  for (const auto* path : {"/etc/shadow", "/etc/shadow-", "/etc/gshadow"}) {
    const auto text = contents(path);
    if (text.find(":$") != std::string::npos)
      return broken(std::string{path} + " holds a hash");
  }
  return held();
}

bool names_host_path(const char* path) {
  const auto root = fact("mount_marker");
  return !root.empty() && contents(path).find(root) != std::string::npos;
}

verdict mount_table() {
  for (const auto* path : {"/proc/self/mountinfo", "/proc/self/mounts", "/proc/1/mountinfo"})
    if (names_host_path(path))
      return broken(std::string{path} + " names the session root");
  return held();
}

// chroot(2) into a directory with a descriptor of an upper one: ".." leads past the new root, up to that of the session.
verdict chroot_escape() {
  const auto marker = fact("host_tmp_file");
  ::mkdir("/tmp/strata-probe-jail", 0700);
  const int outside = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto child = ::fork();
  if (child == 0) {
    if (::chroot("/tmp/strata-probe-jail") != 0 || ::fchdir(outside) != 0)
      ::_exit(0);
    for (int i = 0; i < 64; ++i)
      if (::chdir("..") != 0)
        break;
    if (::chroot(".") != 0)
      ::_exit(0);
    ::_exit(exists(marker.c_str()) ? 1 : 0);
  }
  int status = 0;
  ::close(outside);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::rmdir("/tmp/strata-probe-jail");
  return status == 0 ? held("it ended in the session's own root") : broken("it found " + marker);
}

verdict by_ancestors() {
  const int directory = ::open("/run/strata", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto up = std::string{"../../../../../../../.."} + fact("host_tmp_file");
  const bool found = ::faccessat(directory >= 0 ? directory : AT_FDCWD, up.c_str(), F_OK, 0) == 0;
  return found ? broken("found by ..") : held("not there");
}

// By the links that the kernel makes for each process.
verdict by_roots_of_processes() {
  auto* const directory = ::opendir("/proc");
  std::string found;
  while (directory != nullptr) {
    const auto* entry = ::readdir(directory);
    if (entry == nullptr)
      break;
    const auto path = std::string{"/proc/"} + entry->d_name + "/root" + fact("host_tmp_file");
    if (exists(path.c_str()))
      found = path;
  }
  if (directory != nullptr)
    ::closedir(directory);
  return found.empty() ? held("by none") : broken(found);
}

verdict by_trusted_attribute() {
  constexpr char path[] = "/tmp/strata-probe-directory";
  ::mkdir(path, 0700);
  const auto answer = ::setxattr(path, "trusted.overlay.opaque", "y", 1, 0);
  const int number = errno;
  ::rmdir(path);
  errno = number;
  return by_answer(answer);
}

constexpr char group[] = "Files of the host";
constexpr probe table[] = {
  {group, "host_tmp", "Files in the host's /tmp are not seen", weakness::planted, [] { return by_file("host_tmp_file"); }},
  {group, "host_var_tmp", "Files in the host's /var/tmp are not seen", weakness::planted,
   [] { return by_file("host_var_tmp_file"); }},
  {group, "host_home", "Files in the home directory of the server's user are not seen", weakness::planted,
   [] { return by_file("host_home_file"); }},
  {group, "host_new_file", "Files made on the host after the session began are not seen", weakness::planted,
   [] { return by_file("host_new_file"); }},
  {group, "session_root", "The session root of the server is not seen", weakness::planted,
   [] { return by_file("session_root"); }},
  {group, "password_hashes", "No password hash of the host is seen", weakness::planted, password_hashes},
  {group, "mount_table", "The mount table names no directory of the server", weakness::planted, mount_table},
  {group, "chroot_escape", "Leaving a chroot(2) ends in the session", weakness::planted, chroot_escape},
  {group, "roots_of_processes", "No process has a root directory that leads to the host", weakness::planted,
   by_roots_of_processes},
  {group, "trusted_attribute", "Attributes that overlayfs believes in cannot be set", weakness::bare, by_trusted_attribute},
  {group, "dot_dot", ".. from the shell mount ends in the session", weakness::planted, by_ancestors},
};

} // namespace

std::span<const probe> host_probes() { return table; }

} // namespace strata::probes
