// SPDX-License-Identifier: MIT
#include "tests/security/probes/probe.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" int mount(const char*, const char*, const char*, unsigned long, const void*);
extern "C" int umount2(const char*, int);

namespace strata::probes {

namespace {

constexpr unsigned long remounting = 32, binding = 4096; // MS_REMOUNT, MS_BIND; <sys/mount.h> clashes with <linux/mount.h>
constexpr int detaching = 2;                             // MNT_DETACH

const char* place() {
  ::mkdir("/tmp/strata-probe-mount", 0700);
  return "/tmp/strata-probe-mount";
}

// Undone, so that other probes see the session as it was.
verdict by_mount(const char* source, const char* type, unsigned long flags, const char* options = nullptr) {
  const auto answer = ::mount(source, place(), type, flags, options);
  const int number = errno;
  if (answer == 0)
    ::umount2(place(), detaching);
  errno = number;
  return by_answer(answer);
}

constexpr char group[] = "Mounts";
constexpr probe table[] = {
  {group, "mount_tmpfs", "Nothing can be mounted", weakness::open, [] { return by_mount("tmpfs", "tmpfs", 0); }},
  {group, "mount_bind", "Nothing can be bound elsewhere", weakness::open, [] { return by_mount("/usr", nullptr, binding); }},
  {group, "mount_proc", "No /proc without masks can be mounted", weakness::open, [] { return by_mount("proc", "proc", 0); }},
  {group, "mount_overlay", "No overlay can be mounted", weakness::open,
   [] { return by_mount("overlay", "overlay", 0, "lowerdir=/etc:/usr"); }},
  {group, "remount_dev", "A read-only mount cannot be made writable", weakness::open,
   [] {
     const auto answer = ::mount(nullptr, "/dev", nullptr, remounting | binding, nullptr);
     return by_answer(answer);
   }},
  {group, "unmount_shell_mount", "What lies over a directory cannot be taken away", weakness::open,
   [] {
     const auto answer = ::umount2("/dev/shm", detaching);
     return answer < 0 && errno == EINVAL ? held("locked") : by_answer(answer);
   }},
  {group, "fsopen", "fsopen(2) is refused", weakness::open, [] { return by_answer(::syscall(SYS_fsopen, "tmpfs", 0)); }},
  {group, "fspick", "fspick(2) is refused", weakness::open, [] { return by_answer(::syscall(SYS_fspick, AT_FDCWD, "/tmp", 0)); }},
  {group, "open_tree", "open_tree(2) is refused", weakness::open,
   [] { return by_answer(::syscall(SYS_open_tree, AT_FDCWD, "/tmp", OPEN_TREE_CLONE)); }},
  {group, "move_mount", "move_mount(2) is refused", weakness::open,
   [] { return by_answer(::syscall(SYS_move_mount, -1, "", -1, "", 0x44)); }},
  {group, "mount_setattr", "mount_setattr(2) is refused", weakness::open,
   [] {
     mount_attr nothing{};
     return by_answer(::syscall(SYS_mount_setattr, AT_FDCWD, "/tmp", 0, &nothing, sizeof nothing));
   }},
  {group, "pivot_root", "pivot_root(2) is refused", weakness::open,
   [] { return by_answer(::syscall(SYS_pivot_root, "/nonexistent", "/nonexistent")); }},
  {group, "open_by_handle_at", "Files cannot be opened by handle, around every directory", weakness::bare,
   [] {
     alignas(file_handle) char bytes[sizeof(file_handle) + 128]{};
     auto* const handle = reinterpret_cast<file_handle*>(bytes);
     handle->handle_bytes = 128;
     int mount_id = 0;
     const int directory = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
     if (::name_to_handle_at(AT_FDCWD, "/usr", handle, &mount_id, 0) != 0) {
       handle->handle_bytes = 8;
       handle->handle_type = 1;
     }
     return by_answer(::open_by_handle_at(directory, handle, O_RDONLY | O_CLOEXEC));
   }},
};

} // namespace

std::span<const probe> mount_probes() { return table; }

} // namespace strata::probes
