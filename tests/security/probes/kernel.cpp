// SPDX-License-Identifier: MIT
// System calls that reach the kernel itself. Their arguments are such that nothing happens where they are allowed.
#include "tests/security/probes/probe.hpp"

#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::probes {

namespace {

template <class... Arguments> verdict call(long number, Arguments... arguments) {
  return by_answer(::syscall(number, arguments...));
}

constexpr int no_such_command = -1;
constexpr char no_such_file[] = "/nonexistent/file";
constexpr long invalid_time[2] = {0, -1};
constexpr int keyring_of_process = KEY_SPEC_PROCESS_KEYRING;
constexpr long first_unknown = 457; // statmount(2) since Linux 6.8
char io_uring_parameters[256];
char clock_state[512];

constexpr char group[] = "The kernel";
constexpr probe table[] = {
  {group, "bpf", "bpf(2) is refused", weakness::bare, [] { return call(SYS_bpf, no_such_command, nullptr, 0); }},
  {group, "perf_event_open", "perf_event_open(2) is refused", weakness::bare,
   [] { return call(SYS_perf_event_open, nullptr, 0, -1, -1, 0UL); }},
  {group, "userfaultfd", "userfaultfd(2) is refused", weakness::bare, [] { return call(SYS_userfaultfd, 1); }},
  {group, "io_uring", "io_uring_setup(2) is refused", weakness::bare,
   [] { return call(SYS_io_uring_setup, 1, static_cast<void*>(io_uring_parameters)); }},
  {group, "io_uring_register", "io_uring_register(2) is refused", weakness::bare,
   [] { return call(SYS_io_uring_register, -1, 0, nullptr, 0); }},
  {group, "keyctl", "keyctl(2) is refused", weakness::bare,
   [] { return call(SYS_keyctl, KEYCTL_GET_KEYRING_ID, keyring_of_process, 1); }},
  {group, "add_key", "add_key(2) is refused", weakness::bare,
   [] { return call(SYS_add_key, "user", "strata-probe", "x", 1UL, keyring_of_process); }},
  {group, "request_key", "request_key(2) is refused", weakness::bare,
   [] { return call(SYS_request_key, "user", "strata-no-such-key", nullptr, 0); }},
  {group, "init_module", "init_module(2) is refused", weakness::bare, [] { return call(SYS_init_module, nullptr, 0UL, ""); }},
  {group, "finit_module", "finit_module(2) is refused", weakness::bare, [] { return call(SYS_finit_module, -1, "", 0); }},
  {group, "delete_module", "delete_module(2) is refused", weakness::bare,
   [] { return call(SYS_delete_module, "strata_no_such_module", 0); }},
  {group, "kexec_load", "kexec_load(2) is refused", weakness::bare,
   [] { return call(SYS_kexec_load, 0UL, 0xffffUL, nullptr, 0UL); }},
  {group, "reboot", "reboot(2) is refused", weakness::bare, [] { return call(SYS_reboot, 1, 2, 3, nullptr); }},
  {group, "syslog", "The kernel's log cannot be read", weakness::bare, [] { return call(SYS_syslog, 10, nullptr, 0); }},
  {group, "acct", "acct(2) is refused", weakness::bare, [] { return call(SYS_acct, no_such_file); }},
  {group, "swapon", "swapon(2) is refused", weakness::bare, [] { return call(SYS_swapon, no_such_file, 0); }},
  {group, "swapoff", "swapoff(2) is refused", weakness::bare, [] { return call(SYS_swapoff, no_such_file); }},
  {group, "sethostname", "sethostname(2) is refused", weakness::bare, [] { return call(SYS_sethostname, "x", -1L); }},
  {group, "setdomainname", "setdomainname(2) is refused", weakness::bare, [] { return call(SYS_setdomainname, "x", -1L); }},
  {group, "clock_settime", "The clock cannot be set", weakness::bare, [] { return call(SYS_clock_settime, 0, invalid_time); }},
  {group, "settimeofday", "The clock cannot be set by settimeofday(2)", weakness::bare,
   [] { return call(SYS_settimeofday, invalid_time, nullptr); }},
  {group, "clock_adjtime", "The clock cannot be adjusted", weakness::bare,
   [] { return call(SYS_clock_adjtime, 0, static_cast<void*>(clock_state)); }},
  {group, "fanotify_init", "fanotify_init(2) is refused", weakness::bare, [] { return call(SYS_fanotify_init, 0U, 0U); }},
  {group, "quotactl", "quotactl(2) is refused", weakness::bare, [] { return call(SYS_quotactl, -1, no_such_file, 0, nullptr); }},
  {group, "mbind", "mbind(2) is refused", weakness::bare, [] { return call(SYS_mbind, nullptr, 0UL, 0, nullptr, 0UL, 0U); }},
  {group, "set_mempolicy", "set_mempolicy(2) is refused", weakness::bare,
   [] { return call(SYS_set_mempolicy, 0, nullptr, 0UL); }},
  {group, "move_pages", "move_pages(2) is refused", weakness::bare,
   [] { return call(SYS_move_pages, 0, 0UL, nullptr, nullptr, nullptr, 0); }},
  {group, "kcmp", "kcmp(2) is refused", weakness::bare, [] { return call(SYS_kcmp, ::getpid(), ::getpid(), 0, 0UL, 0UL); }},
  {group, "process_madvise", "process_madvise(2) is refused", weakness::bare,
   [] { return call(SYS_process_madvise, -1, nullptr, 0UL, 0, 0U); }},
  {group, "unknown_calls", "System calls that Strata does not know yet are refused", weakness::bare,
   [] { return call(first_unknown, nullptr, nullptr, 0UL, 0U); }},
#if defined(__x86_64__)
  {group, "iopl", "iopl(2) is refused", weakness::bare, [] { return call(SYS_iopl, 4); }},
  {group, "ioperm", "ioperm(2) is refused", weakness::bare, [] { return call(SYS_ioperm, 0UL, 0UL, 0); }},
  {group, "modify_ldt", "modify_ldt(2) is refused", weakness::bare, [] { return call(SYS_modify_ldt, 0, nullptr, 0UL); }},
  {group, "call_of_i386", "A 32-bit system call ends its process", weakness::bare,
   [] {
     const int how = in_child([] {
       long number = 20; // getpid of i386
       asm volatile("int $0x80" : "+a"(number) : : "memory");
       return number > 0 ? 1 : 2;
     });
     return how < 0 ? held("signal " + std::to_string(-how)) : broken("it was answered");
   }},
  {group, "call_of_x32", "An x32 system call ends its process", weakness::bare,
   [] {
     const int how = in_child([] {
       ::syscall(0x40000000L + SYS_getpid);
       return 1;
     });
     return how < 0 ? held("signal " + std::to_string(-how)) : broken("it was answered");
   }},
#endif
};

} // namespace

std::span<const probe> kernel_probes() { return table; }

} // namespace strata::probes
