// SPDX-License-Identifier: MIT
// What /proc and /sys tell of the host and let one change there. Files are opened, never written.
#include "tests/security/probes/probe.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace strata::probes {

namespace {

// A mask is /dev/null in the place of the file.
bool is_null_device(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

verdict by_open(const char* path, int flags) {
  const int file = ::open(path, flags | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return errno == ENOENT ? absent("no such file here") : errno == EROFS ? held(error_text(errno)) : by_answer(-1);
  const bool masked = is_null_device(file);
  ::close(file);
  return masked ? held("masked") : broken("it was opened");
}

verdict unwritable(const char* path) { return by_open(path, O_WRONLY); }
verdict unreadable(const char* path) { return by_open(path, O_RDONLY); }

// Absence is what is promised here.
verdict hidden(const char* path) { return exists(path) ? broken("it is there") : held("not there"); }

int entries(const char* path) {
  auto* const directory = ::opendir(path);
  int count = 0;
  while (directory != nullptr && ::readdir(directory) != nullptr)
    ++count;
  if (directory != nullptr)
    ::closedir(directory);
  return count - 2;
}

constexpr char group[] = "/proc and /sys";
constexpr probe table[] = {
  {group, "core_pattern", "The program for core dumps cannot be set", weakness::bare,
   [] { return unwritable("/proc/sys/kernel/core_pattern"); }},
  {group, "modprobe_path", "The program that loads modules cannot be set", weakness::bare,
   [] { return unwritable("/proc/sys/kernel/modprobe"); }},
  {group, "drop_caches", "The host's caches cannot be dropped", weakness::bare,
   [] { return unwritable("/proc/sys/vm/drop_caches"); }},
  {group, "panic_on_oom", "The kernel's settings cannot be changed", weakness::bare,
   [] { return unwritable("/proc/sys/vm/panic_on_oom"); }},
  {group, "binfmt_misc", "No interpreter can be registered with the kernel", weakness::bare,
   [] { return unwritable("/proc/sys/fs/binfmt_misc/register"); }},
  {group, "user_namespace_limit", "The limit on user namespaces cannot be raised", weakness::open,
   [] { return unwritable("/proc/sys/user/max_user_namespaces"); }},
  {group, "sysrq_trigger", "The sysrq trigger is out of reach", weakness::bare, [] { return unwritable("/proc/sysrq-trigger"); }},
  {group, "irq_affinity", "Interrupts cannot be moved", weakness::bare,
   [] { return unwritable("/proc/irq/default_smp_affinity"); }},
  {group, "kcore", "The kernel's memory cannot be read", weakness::bare, [] { return unreadable("/proc/kcore"); }},
  {group, "kallsyms", "The kernel's addresses cannot be read", weakness::bare, [] { return unreadable("/proc/kallsyms"); }},
  {group, "kmsg", "The kernel's messages cannot be read", weakness::bare, [] { return unreadable("/proc/kmsg"); }},
  {group, "keys", "The host's keys are not listed", weakness::bare, [] { return unreadable("/proc/keys"); }},
  {group, "timer_list", "The host's timers are not listed", weakness::bare, [] { return unreadable("/proc/timer_list"); }},
  {group, "kpagecount", "The host's pages are not counted", weakness::bare, [] { return unreadable("/proc/kpagecount"); }},
  {group, "kernel_configuration", "The kernel's configuration is not shown", weakness::bare,
   [] { return unreadable("/proc/config.gz"); }},
  {group, "sys_is_empty", "/sys is empty", weakness::open,
   [] { return entries("/sys") > 0 ? broken(std::to_string(entries("/sys")) + " entries") : held("empty"); }},
  {group, "sys_uevent_helper", "/sys/kernel/uevent_helper is not there", weakness::open, [] { return hidden("/sys/kernel"); }},
  {group, "sys_cgroups", "No cgroup is there, to set its release_agent", weakness::open, [] { return hidden("/sys/fs"); }},
  {group, "oom_score", "The OOM score cannot be lowered, to have others killed", weakness::bare,
   [] {
     const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
     const auto answer = ::write(file, "-1000", 5);
     const int number = errno;
     if (answer > 0)
       (void)!::write(file, "0", 1);
     errno = number;
     return by_answer(answer);
   }},
  {group, "host_processes", "Processes of the host are not seen", weakness::bare,
   [] {
     const auto pid = fact("server_pid");
     const auto name = contents(("/proc/" + pid + "/comm").c_str());
     return name == "strata\n" ? broken("the server is process " + pid) : held("not there");
   }},
};

} // namespace

std::span<const probe> proc_probes() { return table; }

} // namespace strata::probes
