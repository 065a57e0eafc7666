// SPDX-License-Identifier: MIT
#include "isolation/build_sandbox.hpp"

#include "isolation/ids_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

namespace strata {

namespace {

using clock = std::chrono::steady_clock;

std::chrono::microseconds since(clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - start);
}

// The directory and the right to its ids, until they go to the trash together: at once when no sandbox came to live in it, else
// when that has ended.
class session_files {
public:
  session_files(trash& discarded, session_directory directory, id_lease ids)
    : discarded_{discarded}, directory_{std::move(directory)}, ids_{std::move(ids)} {}
  session_files(const session_files&) = delete;
  session_files& operator=(const session_files&) = delete;
  ~session_files() {
    if (!inhabited_)
      discard({});
  }
  void set_inhabited() noexcept { inhabited_ = true; }
  void discard(std::function<void()> gone) { discarded_.discard(std::move(directory_), std::move(ids_), std::move(gone)); }
  const session_directory& directory() const noexcept { return directory_; }
  const id_map& ids() const noexcept { return ids_.map(); }

private:
  trash& discarded_;
  session_directory directory_;
  id_lease ids_;
  bool inhabited_ = false;
};

result<std::shared_ptr<session_files>> make_files(sandbox_host& host, const sandbox_spec& spec) {
  STRATA_TRY(auto ids, host.ids.take());
  STRATA_TRY(auto directory, host.root.make(session_directory_name(spec.owner_id, spec.session_id, spec.uid)));
  auto files = std::make_shared<session_files>(*host.discarded, std::move(directory), std::move(ids));
  STRATA_CHECK(write_ids(files->directory().directory.get(), files->ids()));
  return files;
}

std::string words_for(const limit_means& means) {
  const auto or_none = [](const std::string& by) { return by.empty() ? "none" : by; };
  return fmt::format("memory: {}; pids: {}; cpu: {}; disk: none", or_none(means.memory), or_none(means.pids), or_none(means.cpu));
}

// Taken back when no sandbox comes to live in it.
struct group_lease {
  cgroup_tree& tree;
  std::shared_ptr<session_group> group;
  bool kept = false;
  ~group_lease() {
    if (!kept)
      tree.remove(*group);
  }
};

std::string words_for(const id_map& ids) {
  if (ids.kind == id_map_kind::single)
    return fmt::format("{} only, the server's own", ids.range.first);
  return fmt::format("{}-{}{}", ids.range.first, ids.range.first + (ids.range.count - 1),
                     ids.shared ? ", shared by all sessions" : "");
}

sandbox_facts facts_of(const sandbox_host& host, overlay_driver driver, const sandbox_spec& spec, const id_map& ids) {
  sandbox_facts facts;
  facts.driver = to_string(driver);
  facts.base = host.files.name;
  facts.isolation = {
    {"user_namespace", "own"},
    {"uid_range", words_for(ids)},
    {"namespaces", spec.network == network_mode::none ? "mount, pid, ipc, uts, network" : "mount, pid, ipc, uts"},
    {"network", spec.network == network_mode::none ? "loopback only" : "the host's"},
    {"no_new_privileges", "on"},
    {"seccomp", std::string{to_string(host.measures.seccomp)}},
    {"capabilities", host.measures.capabilities ? "reduced" : "all"},
    {"limits", words_for(limit_means_of(host))},
    {"user_namespaces_inside", host.measures.user_namespaces ? "none" : "allowed"},
  };
  if (auto weakened = left_out(host.measures); !weakened.empty())
    facts.isolation.emplace("weakened", std::move(weakened));
  if (!host.driver_reason.empty())
    facts.isolation.emplace("driver_reason", host.driver_reason);
  return facts;
}

} // namespace

result<built_sandbox> build_sandbox(sandbox_host& host, overlay_driver driver, const sandbox_spec& spec) {
  launch_times times;
  const auto start = clock::now();
  STRATA_TRY(const auto files, make_files(host, spec));
  auto root = host.files;
  if (host.skeletons) {
    STRATA_TRY(root.layers.at(0).source, host.skeletons->path_for(files->ids()));
  }
  times.directory = since(start);

  const auto launched_at = clock::now();
  launch_order order;
  order.session_dir = files->directory().directory.get();
  order.files_dir = files->directory().files.get();
  order.ids = files->ids();
  order.driver = driver;
  order.root = &root;
  order.network = spec.network;
  order.measures = host.measures;
  order.seccomp = &host.seccomp;
  order.limits = spec.limits;
  STRATA_TRY(auto made, host.groups->make(spec.uid, spec.limits));
  group_lease lease{*host.groups, std::make_shared<session_group>(std::move(made))};
  order.group = lease.group.get();
  order.agent = &host.agent;
  order.tools = &host.tools;
  STRATA_TRY(auto processes, launch(order));
  files->set_inhabited();
  lease.kept = true;
  times.launch = since(launched_at);
  auto discard = [files, &tree = *host.groups, group = lease.group](std::function<void()> gone) {
    tree.remove(*group);
    files->discard(std::move(gone));
  };
  unique_fd directory_again{::fcntl(order.session_dir, F_DUPFD_CLOEXEC, 3)};
  return built_sandbox{std::move(processes), std::move(directory_again), facts_of(host, driver, spec, files->ids()),
                       lease.group,          std::move(discard),         times};
}

} // namespace strata
