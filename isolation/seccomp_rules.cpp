// SPDX-License-Identifier: MIT
#include "isolation/seccomp_rules.hpp"

#include <array>
#include <cerrno>
#include <initializer_list>
#include <linux/ioprio.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace strata {

namespace {

constexpr std::array denied{
  // namespaces and mounts
  "unshare",
  "setns",
  "mount",
  "umount",
  "umount2",
  "pivot_root",
  "move_mount",
  "open_tree",
  "open_tree_attr",
  "fsopen",
  "fsconfig",
  "fsmount",
  "fspick",
  "mount_setattr",
  "open_by_handle_at",
  "quotactl",
  "quotactl_fd",
  "sysfs",
  "nfsservctl",
  // the kernel itself
  "init_module",
  "finit_module",
  "delete_module",
  "create_module",
  "query_module",
  "get_kernel_syms",
  "kexec_load",
  "kexec_file_load",
  "bpf",
  "perf_event_open",
  "userfaultfd",
  "io_uring_setup",
  "io_uring_enter",
  "io_uring_register",
  "fanotify_init",
  "fanotify_mark",
  "lookup_dcookie",
  "syslog",
  "_sysctl",
  "uselib",
  "ustat",
  "acct",
  "reboot",
  "swapon",
  "swapoff",
  "sethostname",
  "setdomainname",
  "vhangup",
  "iopl",
  "ioperm",
  "modify_ldt",
  "vm86",
  "vm86old",
  // the clock
  "clock_settime",
  "clock_adjtime",
  "settimeofday",
  "adjtimex",
  "stime",
  // keyrings are the user's, not the session's
  "add_key",
  "request_key",
  "keyctl",
  // other processes' memory and descriptors; ptrace(2) is enough for debuggers
  "kcmp",
  "pidfd_getfd",
  "process_madvise",
  "migrate_pages",
  "move_pages",
  // memory of the machine
  "mbind",
  "set_mempolicy",
  "get_mempolicy",
  "set_mempolicy_home_node",
};

constexpr std::array<scmp_datum_t, 7> new_namespaces{CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                                     CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
// tty_ioctl(4), ioctl_tty(2): type into a terminal, paste a selection, change the line discipline, take the console's output.
constexpr std::array<scmp_datum_t, 4> denied_ioctls{TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS};
constexpr std::array allowed_families{AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

int deny_family(scmp_filter_ctx filter, int call, scmp_arg_cmp family) {
  return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1, family);
}

int deny_families(scmp_filter_ctx filter, int call) {
  int failed = deny_family(filter, call, SCMP_A0(SCMP_CMP_GT, static_cast<scmp_datum_t>(AF_NETLINK)));
  for (int family = 0; family < AF_NETLINK; ++family)
    if (failed == 0 && family != AF_UNIX && family != AF_INET && family != AF_INET6)
      failed = deny_family(filter, call, SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)));
  static_assert(allowed_families.back() == AF_NETLINK && AF_UNIX < AF_NETLINK && AF_INET < AF_NETLINK && AF_INET6 < AF_NETLINK);
  // Beside routing, which getifaddrs(3) asks, netlink is for administration: audit, netfilter, uevents, generic families.
  if (failed == 0)
    failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPROTONOSUPPORT), call, 2,
                              SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(AF_NETLINK)),
                              SCMP_A2(SCMP_CMP_NE, static_cast<scmp_datum_t>(NETLINK_ROUTE)));
  return failed;
}

// Ids and classes are ints to the kernel.
scmp_arg_cmp is(unsigned argument, unsigned value) { return SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, 0xffffffffU, value); }

// Process 1 is the agent, which a payload of the same user could slow down so much that it ends nothing in time, or deprive of its
// descriptors.
int deny_touching_process_1(scmp_filter_ctx filter) {
  const struct {
    int call;
    std::initializer_list<scmp_arg_cmp> when;
  } rules[] = {
    {SCMP_SYS(prlimit64), {is(0, 1), SCMP_A2(SCMP_CMP_NE, 0)}},
    {SCMP_SYS(sched_setscheduler), {is(0, 1)}},
    {SCMP_SYS(sched_setattr), {is(0, 1)}},
    {SCMP_SYS(sched_setparam), {is(0, 1)}},
    {SCMP_SYS(sched_setaffinity), {is(0, 1)}},
    {SCMP_SYS(setpriority), {is(0, PRIO_PROCESS), is(1, 1)}},
    {SCMP_SYS(setpriority), {is(0, PRIO_PGRP), is(1, 1)}},
    {SCMP_SYS(setpriority), {is(0, PRIO_USER)}},
    {SCMP_SYS(ioprio_set), {is(0, IOPRIO_WHO_PROCESS), is(1, 1)}},
    {SCMP_SYS(ioprio_set), {is(0, IOPRIO_WHO_PGRP), is(1, 1)}},
    {SCMP_SYS(ioprio_set), {is(0, IOPRIO_WHO_USER)}},
  };
  for (const auto& [call, when] : rules)
    if (const int failed =
          seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, static_cast<unsigned>(when.size()), when.begin());
        failed != 0)
      return failed;
  return 0;
}

} // namespace

int deny_by_arguments(scmp_filter_ctx filter) {
  int failed = deny_touching_process_1(filter);
  for (const auto flag : new_namespaces)
    if (failed == 0)
      failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  for (const auto request : denied_ioctls)
    if (failed == 0)
      failed =
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffU, request));
  // Its flags are in memory, where a filter cannot look; the C library then uses clone(2).
  if (failed == 0)
    failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (failed == 0)
    failed = deny_families(filter, SCMP_SYS(socket));
  return failed == 0 ? deny_families(filter, SCMP_SYS(socketpair)) : failed;
}

std::span<const char* const> denied_calls() { return denied; }

} // namespace strata
