// SPDX-License-Identifier: MIT
#include "isolation/launch.hpp"

#include "isolation/bwrap_command.hpp"
#include "isolation/control_socket.hpp"
#include "isolation/launch_attempt.hpp"
#include "isolation/plan_file.hpp"
#include "isolation/seccomp_filter.hpp"
#include "isolation/spawn_launcher.hpp"
#include "isolation/wire/inherited.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr rlim_t max_open_files = 65536;
// Of a session, beside what pids counts: bwrap's monitor, the first process, the launcher that becomes them.
constexpr rlim_t processes_around = 8;

std::string find_program(const std::string& directory, const char* name) {
  auto path = directory + "/" + name;
  return ::access(path.c_str(), X_OK) == 0 ? path : std::string{};
}

std::string find_system_program(const char* name) {
  for (const auto* directory : {"/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"})
    if (auto path = find_program(directory, name); !path.empty())
      return path;
  return {};
}

wire::plan_driver plan_driver_of(overlay_driver driver) {
  switch (driver) {
  case overlay_driver::fuse: return wire::plan_driver::fuse;
  case overlay_driver::none: return wire::plan_driver::none;
  case overlay_driver::automatic:
  case overlay_driver::kernel: break;
  }
  return wire::plan_driver::kernel;
}

error lacks(const char* program, const char* package) {
  return {errc::internal, fmt::format("start sandbox: no {} on this host (install the package {})", program, package)};
}

result<std::vector<unique_fd>> reopen(const std::vector<unique_fd>* programs) {
  std::vector<unique_fd> own;
  for (std::size_t i = 0; programs != nullptr && i < programs->size(); ++i) {
    STRATA_TRY(auto program, reopen_seccomp((*programs)[i]));
    own.push_back(std::move(program));
  }
  return own;
}

result<void> check(const launch_order& order) {
  if (order.root == nullptr || order.agent == nullptr || order.tools == nullptr || order.driver == overlay_driver::automatic)
    return error{errc::internal, "start sandbox: incomplete order"};
  if (order.tools->launcher.empty())
    return lacks("strata-launcher", "strata, or set STRATA_LIBEXEC");
  if (order.tools->bwrap.empty())
    return lacks("bwrap", "bubblewrap");
  if (order.driver == overlay_driver::fuse && order.tools->fuse_overlayfs.empty())
    return lacks("fuse-overlayfs", "fuse-overlayfs");
  if (order.ids.kind == id_map_kind::subid_range && (order.tools->newuidmap.empty() || order.tools->newgidmap.empty()))
    return lacks("newuidmap and newgidmap", "uidmap");
  return {};
}

// The mounts in memory are charged to the session, and stay when what filled them is killed: together at most half of it.
void size_mounts(bwrap_spec& spec, std::uint64_t memory_bytes) {
  if (memory_bytes == 0)
    return;
  spec.tmp_bytes = std::min(spec.tmp_bytes, memory_bytes / 8); // twice with the driver none
  spec.shm_bytes = std::min(spec.shm_bytes, memory_bytes / 16);
  spec.run_bytes = std::min(spec.run_bytes, memory_bytes / 32);
}

void add_limits(wire::launch_plan& plan, const launch_order& order) {
  plan.limits = {{RLIMIT_CORE, 0, 0},
                 {RLIMIT_NOFILE, wire::soft_open_files, max_open_files},
                 {RLIMIT_RTTIME, wire::first_birth_mark, wire::first_birth_mark}};
  // In a user namespace of its own this counts all processes of the session, whatever their user (getrlimit(2), since Linux 5.14):
  // the only limit without cgroups, the second one with them.
  if (order.limits.pids > 0 && order.measures.user_namespaces)
    plan.limits.push_back({RLIMIT_NPROC, order.limits.pids + processes_around, order.limits.pids + processes_around});
  plan.shared_memory_bytes = order.limits.memory_bytes / 8;
  if (order.group != nullptr) {
    plan.groups = order.group->places();
    plan.work_group = order.group->work_place();
  }
}

wire::launch_plan plan_for(const launch_order& order) {
  wire::launch_plan plan;
  plan.map = to_plan(order.ids.kind);
  plan.first_id = order.ids.range.first;
  plan.id_count = order.ids.range.count;
  plan.driver = plan_driver_of(order.driver);
  plan.shift = order.root->shift ? 1 : 0;
  plan.nest = order.measures.user_namespaces ? 1 : 0;
  plan.seccomp_programs = static_cast<std::uint8_t>(order.seccomp == nullptr ? 0 : order.seccomp->size());
  for (const auto& layer : order.root->layers)
    plan.layers.push_back({layer.source, layer.target, static_cast<std::uint8_t>(layer.mode == layer_mode::read_only)});
  add_limits(plan, order);
  bwrap_spec spec;
  spec.bwrap = order.tools->bwrap;
  spec.driver = order.driver;
  spec.network = order.network;
  spec.measures = order.measures;
  spec.seccomp_programs = plan.seccomp_programs;
  spec.work_group = !plan.work_group.empty();
  spec.open_files = order.limits.open_files;
  size_mounts(spec, order.limits.memory_bytes);
  plan.bwrap = bwrap_command(spec, [](std::string_view path) { return ::access(std::string{path}.c_str(), F_OK) == 0; });
  plan.fuse_overlayfs = order.tools->fuse_overlayfs;
  plan.newuidmap = order.tools->newuidmap;
  plan.newgidmap = order.tools->newgidmap;
  return plan;
}

} // namespace

launch_tools find_launch_tools(const std::string& libexec_dir) {
  return {find_program(libexec_dir, "strata-launcher"), find_system_program("bwrap"), find_system_program("fuse-overlayfs"),
          find_system_program("newuidmap"), find_system_program("newgidmap")};
}

result<launched> launch(const launch_order& order) {
  STRATA_CHECK(check(order));
  STRATA_TRY(const auto plan, write_plan(plan_for(order)));
  STRATA_TRY(const auto seccomp, reopen(order.seccomp));
  STRATA_TRY(auto control, bind_control_socket(order.session_dir));
  launch_attempt attempt{order.session_dir};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return errno_error("make report pipe");
  const unique_fd report{ends[0]};
  unique_fd report_writer{ends[1]};
  if (::fcntl(report.get(), F_SETFL, O_NONBLOCK) != 0)
    return errno_error("make report pipe");
  STRATA_TRY(auto launcher, spawn_launcher(order.tools->launcher, {report_writer.get(), plan.get(), order.files_dir,
                                                                   control.get(), order.agent->fd(), &seccomp}));
  report_writer.reset(); // else there would never be an end of file
  control.reset();
  return attempt.finish(std::move(launcher), report, std::chrono::steady_clock::now() + order.patience);
}

result<launched> connect_agent(int session_dir) {
  STRATA_TRY(auto peer, connect_control_socket(session_dir));
  return launched{{}, std::move(peer.socket), std::move(peer.pidfd)};
}

} // namespace strata
