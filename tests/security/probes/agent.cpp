// SPDX-License-Identifier: MIT
// Process 1, Strata's agent: root like the attacker.
#include "tests/security/probes/probe.hpp"

#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::probes {

namespace {

verdict by_open(const char* path, int flags) {
  const int file = ::open(path, flags | O_CLOEXEC);
  const int number = errno;
  if (file >= 0)
    ::close(file);
  errno = number;
  return by_answer(file);
}

verdict by_link(const char* path) {
  char target[256];
  return by_answer(::readlink(path, target, sizeof target));
}

constexpr char group[] = "Process 1";
constexpr probe table[] = {
  {group, "agent_memory", "Its memory cannot be opened", weakness::open, [] { return by_open("/proc/1/mem", O_RDWR); }},
  {group, "agent_maps", "Its memory map cannot be read", weakness::open, [] { return by_open("/proc/1/maps", O_RDONLY); }},
  {group, "agent_environment", "Its environment cannot be read", weakness::open,
   [] { return by_open("/proc/1/environ", O_RDONLY); }},
  {group, "agent_program", "Its program cannot be opened, to be written over", weakness::open,
   [] { return by_open("/proc/1/exe", O_RDONLY); }},
  {group, "agent_root", "Its root directory cannot be entered", weakness::open, [] { return by_link("/proc/1/root"); }},
  {group, "agent_directory", "Its working directory cannot be entered", weakness::open, [] { return by_link("/proc/1/cwd"); }},
  {group, "agent_descriptors", "Its descriptors cannot be opened", weakness::open, [] { return by_link("/proc/1/fd/5"); }},
  {group, "agent_system_calls", "Its system calls cannot be watched", weakness::open,
   [] { return contents("/proc/1/syscall").empty() ? held("nothing to read") : broken("it was read"); }},
  {group, "agent_ptrace_attach", "It cannot be traced", weakness::open,
   [] {
     const auto answer = ::ptrace(PTRACE_ATTACH, 1, nullptr, nullptr);
     const int number = errno;
     if (answer == 0) {
       ::waitpid(1, nullptr, __WALL);
       ::ptrace(PTRACE_DETACH, 1, nullptr, nullptr);
     }
     errno = number;
     return by_answer(answer);
   }},
  {group, "agent_ptrace_seize", "It cannot be seized", weakness::open,
   [] {
     const auto answer = ::ptrace(PTRACE_SEIZE, 1, nullptr, nullptr);
     const int number = errno;
     if (answer == 0) { // only a stopped one can be let go; it runs on when this process ends
       ::ptrace(PTRACE_INTERRUPT, 1, nullptr, nullptr);
       ::waitpid(1, nullptr, __WALL);
       ::ptrace(PTRACE_DETACH, 1, nullptr, nullptr);
     }
     errno = number;
     return by_answer(answer);
   }},
  {group, "agent_process_vm_readv", "Its memory cannot be read by process_vm_readv(2)", weakness::open,
   [] {
     char byte = 0;
     iovec into{&byte, 1};
     iovec from{reinterpret_cast<void*>(0x400000), 1};
     return by_answer(::process_vm_readv(1, &into, 1, &from, 1, 0));
   }},
  {group, "agent_pidfd_getfd", "Its descriptors cannot be taken", weakness::open,
   [] {
     const auto process = ::syscall(SYS_pidfd_open, 1, 0);
     return process < 0 ? by_answer(process) : by_answer(::syscall(SYS_pidfd_getfd, static_cast<int>(process), 5, 0));
   }},
  {group, "agent_limits", "Its resource limits cannot be changed", weakness::open,
   [] {
     rlimit limit{};
     const auto read = ::prlimit(1, RLIMIT_NOFILE, nullptr, &limit);
     return by_answer(read == 0 ? ::prlimit(1, RLIMIT_NOFILE, &limit, nullptr) : read);
   }},
  {group, "agent_scheduling", "It cannot be given less of a processor by its policy", weakness::open,
   [] {
     const sched_param none{};
     return by_answer(::sched_setscheduler(1, SCHED_OTHER, &none));
   }},
  {group, "agent_affinity", "It cannot be bound to a busy processor", weakness::open,
   [] {
     cpu_set_t all;
     ::memset(&all, 0xff, sizeof all);
     return by_answer(::sched_setaffinity(1, sizeof all, &all));
   }},
  {group, "agent_priority", "It cannot be given less of a processor by its priority", weakness::open,
   [] { return by_answer(::setpriority(PRIO_PROCESS, 1, 0)); }},
  {group, "agent_user_priority", "Nor as one of its user's processes", weakness::open,
   [] { return by_answer(::setpriority(PRIO_USER, 0, 0)); }},
  {group, "agent_io_priority", "It cannot be given less of a disk", weakness::open,
   [] { return by_answer(::syscall(SYS_ioprio_set, 1, 1, 0)); }},
};

} // namespace

std::span<const probe> agent_probes() { return table; }

} // namespace strata::probes
