// SPDX-License-Identifier: MIT
#include "isolation/launcher/ipc.hpp"

#include "isolation/launcher/report.hpp"
#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

void set(const std::string& name, const std::string& value) {
  const auto path = "/proc/sys/kernel/" + name;
  const unique_fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  const bool older = !file && (errno == EACCES || errno == EPERM);
  if (!older && (!file || ::write(file.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())))
    fail("write " + path, errno);
}

} // namespace

void make_ipc_namespace(const wire::launch_plan& plan) {
  if (::unshare(CLONE_NEWIPC) != 0)
    fail("make ipc namespace", errno, errno == ENOSPC ? "user.max_ipc_namespaces is used up" : nullptr);
  if (plan.shared_memory_bytes == 0)
    return;
  set("shmall", std::to_string(plan.shared_memory_bytes / static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))));
  set("msgmni", "256");            // queues, of 16 KiB each
  set("sem", "250 16000 100 256"); // semaphores of a set, of all, operations of a call, sets
}

} // namespace strata::launcher
