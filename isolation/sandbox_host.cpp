// SPDX-License-Identifier: MIT
#include "isolation/sandbox_host.hpp"

#include "isolation/driver_trial.hpp"
#include "isolation/host_base.hpp"
#include "isolation/leftovers.hpp"
#include "isolation/rootfs_base.hpp"
#include "isolation/seccomp_filter.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>

namespace strata {

namespace {

result<base> open_base(const host_options& options, id_pool& ids) {
  if (options.base_rootfs.empty())
    return make_host_base(
      {options.session_root, ids.kind() == id_map_kind::range, ids.kind() == id_map_kind::subid_range, options.problem});
  if (ids.kind() == id_map_kind::subid_range && ids.size() > 1)
    return error{errc::invalid_argument, fmt::format("use base {}: its files belong to one range of ids, but there are {} for "
                                                     "sessions (name the one in STRATA_SANDBOX_ID_POOL)",
                                                     options.base_rootfs, ids.size())};
  STRATA_TRY(const auto any, ids.take());
  return open_rootfs_base(options.base_rootfs, options.session_root, any.map());
}

std::string text_of_file(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// Named after the session root, which one server holds at a time: what a killed one left is found again.
std::unique_ptr<cgroup_tree> open_groups(const host_options& options) {
  struct stat root {};
  ::stat(options.session_root.c_str(), &root);
  return std::make_unique<cgroup_tree>(find_hierarchies(text_of_file("/proc/self/cgroup"), text_of_file("/proc/self/mountinfo")),
                                       fmt::format("strata-{:x}-{:x}", root.st_dev, root.st_ino));
}

result<void> check_limit_means(const sandbox_host& host, const host_options& options) {
  const auto means = limit_means_of(host);
  std::string lacking;
  for (const auto& [name, by] : {std::pair{"memory", &means.memory}, {"pids", &means.pids}, {"cpu", &means.cpu}})
    if (by->empty())
      lacking.append(lacking.empty() ? "" : ", ").append(name);
  if (!options.require_limits || lacking.empty())
    return {};
  return error{
    errc::unsupported,
    fmt::format("require limits: this host gives the server no way to limit {} (it needs cgroup v2 with the controllers "
                "memory, pids and cpu delegated, e.g. by systemd's Delegate=yes, or cgroup v1 as root)",
                lacking)};
}

result<void> settle_automatically(sandbox_host& host, const host_options& options) {
  const auto kernel = try_driver(host, overlay_driver::kernel);
  host.driver = overlay_driver::kernel;
  host.driver_reason = "automatic: the kernel's overlay works here";
  if (kernel)
    return {};
  const auto fuse = try_driver(host, overlay_driver::fuse);
  if (!fuse)
    return error{
      errc::internal,
      fmt::format("find an overlay driver: kernel: {}; fuse: {} (see `strata check`; STRATA_SANDBOX_OVERLAY_DRIVER=none "
                  "gives sessions a read-only root)",
                  kernel.error().message, fuse.error().message)};
  host.driver = overlay_driver::fuse;
  host.driver_reason = "automatic: the kernel's overlay does not work here: " + kernel.error().message;
  if (options.problem)
    options.problem("overlay driver fuse, which is slower: " + host.driver_reason);
  return {};
}

} // namespace

result<std::unique_ptr<sandbox_host>> prepare_sandbox_host(const host_options& options) {
  STRATA_TRY(const auto libexec, libexec_directory());
  STRATA_TRY(auto agent, agent_image::load(libexec + "/strata-agent"));
  STRATA_TRY(auto files_program, agent_image::load(libexec + "/strata-files"));
  STRATA_TRY(auto seccomp, compile_seccomp(options.measures.seccomp));
  STRATA_TRY(auto ids, id_pool::open(options.id_pool));
  STRATA_TRY(auto root, session_root::open(options.session_root));
  std::unique_ptr<sandbox_host> host{new sandbox_host{std::move(root),
                                                      {},
                                                      std::move(ids),
                                                      std::move(agent),
                                                      std::move(files_program),
                                                      find_launch_tools(libexec),
                                                      options.measures,
                                                      std::move(seccomp),
                                                      open_groups(options),
                                                      nullptr,
                                                      nullptr,
                                                      options.driver,
                                                      {}}};
  host->discarded = std::make_unique<trash>(host->root, libexec + "/strata-remover", options.problem);
  STRATA_CHECK(end_leftovers(host->root, host->ids, *host->discarded, options.problem));
  host->groups->remove_leftovers();
  host->discarded->sweep(host->ids);
  STRATA_TRY(host->files, open_base(options, host->ids));
  if (host->ids.kind() == id_map_kind::subid_range && host->files.name == "host")
    host->skeletons = std::make_unique<skeleton_copies>(host->root.base_path(), host->tools);
  return host;
}

limit_means limit_means_of(const sandbox_host& host) {
  auto means = host.groups->means();
  if (means.pids.empty() && host.measures.user_namespaces)
    means.pids = "resource limit";
  return means;
}

result<std::unique_ptr<sandbox_host>> open_sandbox_host(const host_options& options) {
  STRATA_TRY(auto host, prepare_sandbox_host(options));
  STRATA_CHECK(check_limit_means(*host, options));
  if (options.driver == overlay_driver::automatic) {
    STRATA_CHECK(settle_automatically(*host, options));
  } else if (auto works = try_driver(*host, options.driver); !works) {
    return error{works.error().code,
                 fmt::format("overlay driver {} does not work here: {}", to_string(options.driver), works.error().message)};
  }
  return host;
}

std::string_view to_string(overlay_driver driver) noexcept {
  switch (driver) {
  case overlay_driver::automatic: return "auto";
  case overlay_driver::kernel: return "kernel";
  case overlay_driver::fuse: return "fuse";
  case overlay_driver::none: break;
  }
  return "none";
}

} // namespace strata
