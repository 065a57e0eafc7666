// SPDX-License-Identifier: MIT
#include "isolation/cgroup/tree.hpp"

#include "isolation/cgroup/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace strata {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t period_us = 100'000; // of the processor quota; the kernel's own

bool has_controllers(const std::string& group) {
  auto words = " " + group_file(group + "/cgroup.controllers") + " ";
  std::replace(words.begin(), words.end(), '\n', ' ');
  return words.find(" memory ") != std::string::npos && words.find(" pids ") != std::string::npos
         && words.find(" cpu ") != std::string::npos;
}

std::string quota_us(std::uint64_t cpu_millis) {
  return std::to_string(std::max<std::uint64_t>(cpu_millis * period_us / 1000, 1000));
}

unique_fd open_for_reading(const std::string& path) { return unique_fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}; }

// Of the sessions below a server's directory, with their leaves, in the order in which they can be removed.
void add_groups_below(const std::string& base, std::vector<std::string>& groups) {
  std::error_code failure;
  for (fs::directory_iterator at{base, failure}, end; !failure && at != end; at.increment(failure))
    if (at->is_directory(failure))
      for (const auto* leaf : {"/agent", "/work", ""})
        groups.push_back(at->path().native() + leaf);
}

} // namespace

cgroup_tree::cgroup_tree(const cgroup_hierarchies& found, std::string_view name) {
  if (!found.v2.empty() && has_controllers(found.v2))
    use_unified(found.v2, name);
  if (unified_.empty())
    use_controllers(found, name);
}

void cgroup_tree::use_unified(const std::string& own, std::string_view name) {
  const auto server = own + "/server";
  const auto base = own + "/" + std::string{name};
  const auto tried = [&]() -> result<void> {
    STRATA_CHECK(make_group(server));
    STRATA_CHECK(write_group_file(server + "/cgroup.procs", std::to_string(::getpid())));
    STRATA_CHECK(write_group_file(own + "/cgroup.subtree_control", "+memory +pids +cpu"));
    STRATA_CHECK(make_group(base));
    STRATA_CHECK(write_group_file(base + "/cgroup.subtree_control", "+memory +pids +cpu"));
    return write_group_file(server + "/cpu.weight", "500"); // all sessions together have 100
  }();
  if (!tried) {
    problems_.push_back(tried.error().message);
    return;
  }
  unified_ = base;
  means_ = {"cgroup v2", "cgroup v2", "cgroup v2"};
}

void cgroup_tree::use_controllers(const cgroup_hierarchies& found, std::string_view name) {
  for (const auto& [controller, own] : found.v1) {
    const auto base = own + "/" + std::string{name};
    if (auto made = make_group(base); !made) {
      problems_.push_back(made.error().message);
      continue;
    }
    base_[controller] = base;
    (controller == "memory" ? means_.memory : controller == "pids" ? means_.pids : means_.cpu) = "cgroup v1";
  }
}

cgroup_tree::~cgroup_tree() {
  remove_leftovers();
  if (!unified_.empty())
    ::rmdir(unified_.c_str());
  for (const auto& [controller, base] : base_)
    ::rmdir(base.c_str());
}

result<session_group> cgroup_tree::make(const std::string& uid, const resource_limits& limits) {
  return unified_.empty() ? make_by_controller(uid, limits) : make_unified(uid, limits);
}

result<session_group> cgroup_tree::make_unified(const std::string& uid, const resource_limits& limits) {
  const auto top = unified_ + "/" + uid;
  session_group group;
  group.directories_ = {top + "/agent", top + "/work", top};
  const auto made = [&]() -> result<void> {
    STRATA_CHECK(make_group(top));
    STRATA_CHECK(write_group_file(top + "/cgroup.subtree_control", "+memory +pids"));
    STRATA_CHECK(make_group(top + "/agent"));
    STRATA_CHECK(make_group(top + "/work"));
    if (limits.memory_bytes > 0)
      STRATA_CHECK(write_group_file(top + "/memory.max", std::to_string(limits.memory_bytes)));
    STRATA_CHECK(write_group_file(top + "/work/memory.oom.group", "1"));
    if (limits.pids > 0)
      STRATA_CHECK(write_group_file(top + "/work/pids.max", std::to_string(limits.pids)));
    if (limits.cpu_millis > 0)
      STRATA_CHECK(write_group_file(top + "/cpu.max", fmt::format("{} {}", quota_us(limits.cpu_millis), period_us)));
    return {};
  }();
  if (!made) {
    remove(group);
    return made.error();
  }
  group.places_ = {top + "/agent/cgroup.procs"};
  group.work_place_ = top + "/work/cgroup.procs";
  group.memory_events_ = open_for_reading(top + "/memory.events");
  group.pids_events_ = open_for_reading(top + "/work/pids.events");
  return group;
}

result<session_group> cgroup_tree::make_by_controller(const std::string& uid, const resource_limits& limits) {
  session_group group;
  const auto made = [&]() -> result<void> {
    for (const auto& [controller, base] : base_) {
      const auto top = base + "/" + uid;
      if (controller == "pids")
        group.directories_.push_back(top + "/work");
      group.directories_.push_back(top);
      group.places_.push_back(top + "/cgroup.procs");
      STRATA_CHECK(make_group(top));
      if (controller == "memory" && limits.memory_bytes > 0) {
        STRATA_CHECK(write_group_file(top + "/memory.limit_in_bytes", std::to_string(limits.memory_bytes)));
        if (::access((top + "/memory.memsw.limit_in_bytes").c_str(), W_OK) == 0) // where swap is counted
          STRATA_CHECK(write_group_file(top + "/memory.memsw.limit_in_bytes", std::to_string(limits.memory_bytes)));
      } else if (controller == "cpu" && limits.cpu_millis > 0) {
        STRATA_CHECK(write_group_file(top + "/cpu.cfs_period_us", std::to_string(period_us)));
        STRATA_CHECK(write_group_file(top + "/cpu.cfs_quota_us", quota_us(limits.cpu_millis)));
      } else if (controller == "pids") {
        STRATA_CHECK(make_group(top + "/work"));
        if (limits.pids > 0)
          STRATA_CHECK(write_group_file(top + "/work/pids.max", std::to_string(limits.pids)));
      }
    }
    return {};
  }();
  if (!made) {
    remove(group);
    return made.error();
  }
  if (const auto memory = base_.find("memory"); memory != base_.end())
    group.memory_events_ = open_for_reading(memory->second + "/" + uid + "/memory.oom_control");
  if (const auto pids = base_.find("pids"); pids != base_.end()) {
    group.work_place_ = pids->second + "/" + uid + "/work/cgroup.procs";
    group.pids_events_ = open_for_reading(pids->second + "/" + uid + "/work/pids.events");
  }
  return group;
}

void cgroup_tree::remove_leftovers() {
  std::vector<std::string> groups;
  if (!unified_.empty())
    add_groups_below(unified_, groups);
  for (const auto& [controller, base] : base_)
    add_groups_below(base, groups);
  remove_all(std::move(groups));
}

void cgroup_tree::remove(const session_group& group) { remove_all(group.directories()); }

void cgroup_tree::remove_all(std::vector<std::string> directories) {
  const std::lock_guard lock{mutex_};
  auto all = std::exchange(unremoved_, {});
  all.insert(all.end(), std::make_move_iterator(directories.begin()), std::make_move_iterator(directories.end()));
  for (auto& each : all)
    if (::rmdir(each.c_str()) != 0 && errno != ENOENT)
      unremoved_.push_back(std::move(each));
}

} // namespace strata
