// SPDX-License-Identifier: MIT
#include "isolation/bwrap_command.hpp"

#include "isolation/wire/inherited.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <initializer_list>

namespace strata {

namespace {

// What root inside may do to its own files and processes; nothing that reaches the kernel's configuration.
constexpr const char* kept_capabilities[] = {
  "CAP_CHOWN",   "CAP_DAC_OVERRIDE", "CAP_FOWNER",     "CAP_FSETID",  "CAP_SETUID",
  "CAP_SETGID",  "CAP_KILL",         "CAP_SYS_CHROOT", "CAP_SETFCAP", "CAP_NET_BIND_SERVICE",
  "CAP_SETPCAP", // the agent's alone, to empty the bounding set
};
// Parts of /proc that are the host's and not the session's (as in the masked and read-only paths of OCI runtimes).
constexpr const char* read_only_proc[] = {"/proc/sys",  "/proc/irq",  "/proc/bus",   "/proc/fs",
                                          "/proc/acpi", "/proc/scsi", "/proc/asound"};
constexpr const char* masked_proc[] = {
  "/proc/kcore",       "/proc/keys",          "/proc/key-users",     "/proc/kallsyms",    "/proc/timer_list",
  "/proc/sched_debug", "/proc/config.gz",     "/proc/kmsg",          "/proc/kpagecgroup", "/proc/kpagecount",
  "/proc/kpageflags",  "/proc/latency_stats", "/proc/sysrq-trigger",
};

class arguments {
public:
  explicit arguments(std::string program) { list_.push_back(std::move(program)); }
  void add(std::initializer_list<std::string> words) { list_.insert(list_.end(), words); }
  /// 0: as large as the kernel makes it
  void tmpfs(const char* where, const char* mode, std::uint64_t bytes) {
    add({"--perms", mode});
    if (bytes != 0)
      add({"--size", std::to_string(bytes)});
    add({"--tmpfs", where});
  }
  std::vector<std::string> take() { return std::move(list_); }

private:
  std::vector<std::string> list_;
};

void mount_files(arguments& out, const bwrap_spec& spec) {
  const bool writable = spec.driver != overlay_driver::none;
  out.add({writable ? "--bind" : "--ro-bind", wire::root_tree, "/"});
  out.add({"--proc", "/proc", "--dev", "/dev"});
  const auto size = [&spec](std::uint64_t bytes) { return spec.measures.tmpfs_sizes ? bytes : 0; };
  out.tmpfs("/dev/shm", "1777", size(spec.shm_bytes));
  out.add({"--mqueue", "/dev/mqueue"});
  out.add({"--remount-ro", "/dev"}); // bwrap gives its tmpfs no size
  out.tmpfs("/tmp", "1777", size(spec.tmp_bytes));
  out.tmpfs("/run", "0755", size(spec.run_bytes));
  if (spec.measures.empty_sys) {
    out.tmpfs("/sys", "0555", 4096);
    out.add({"--remount-ro", "/sys"});
  } else {
    out.add({"--ro-bind", "/sys", "/sys"});
  }
  if (!writable) {
    out.add({"--bind", wire::home_tree, "/root"});
    out.tmpfs("/var/tmp", "1777", size(spec.tmp_bytes));
  }
  out.add({"--ro-bind", wire::shell_tree, wire::shell_mount});
}

void limit_privilege(arguments& out, const bwrap_spec& spec) {
  if (spec.measures.capabilities) {
    out.add({"--cap-drop", "ALL"});
    for (const auto* capability : kept_capabilities)
      out.add({"--cap-add", capability});
  } else {
    out.add({"--cap-add", "ALL"});
  }
  for (std::size_t i = 0; i < spec.seccomp_programs; ++i)
    out.add({"--add-seccomp-fd", std::to_string(static_cast<std::size_t>(wire::seccomp_fd) + i)});
}

void run_agent(arguments& out, const bwrap_spec& spec) {
  out.add({"--", "/proc/self/fd/" + std::to_string(wire::agent_fd)});
  if (!spec.measures.agent_guard)
    out.add({wire::keep_dumpable});
  if (!spec.measures.capabilities)
    out.add({wire::keep_capabilities});
  if (spec.work_group)
    out.add({wire::use_work_group});
  if (spec.open_files > 0)
    out.add({wire::open_files + std::to_string(spec.open_files)});
  if (spec.measures.landlock && spec.driver == overlay_driver::none)
    out.add({wire::use_landlock});
}

void mask_proc(arguments& out, const path_predicate& exists) {
  for (const auto* path : read_only_proc)
    if (exists(path))
      out.add({"--ro-bind", path, path});
  for (const auto* path : masked_proc)
    if (exists(path))
      out.add({"--ro-bind", "/dev/null", path});
}

} // namespace

std::vector<std::string> bwrap_command(const bwrap_spec& spec, const path_predicate& exists) {
  arguments out{spec.bwrap};
  mount_files(out, spec);
  if (spec.measures.proc_masks)
    mask_proc(out, exists);
  // No --unshare-user: the launcher has made the user namespace, with a range of ids that bwrap could not map.
  // Nor --unshare-ipc: the namespace has bounds of its own.
  out.add({"--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"});
  if (spec.network == network_mode::none)
    out.add({"--unshare-net"});
  // No --die-with-parent: a session outlives its server.
  out.add({"--hostname", "strata", "--as-pid-1", "--new-session"});
  limit_privilege(out, spec);
  out.add({"--clearenv"});
  out.add({"--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"});
  out.add({"--setenv", "HOME", "/root", "--setenv", "USER", "root", "--setenv", "LOGNAME", "root"});
  out.add({"--setenv", "SHELL", "/bin/bash", "--setenv", "TERM", "xterm-256color", "--setenv", "LANG", "C.UTF-8"});
  out.add({"--chdir", "/root"});
  run_agent(out, spec);
  return out.take();
}

} // namespace strata
