// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/cgroup/limits.hpp"
#include "isolation/host_check.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/launch.hpp"

#include <string>
#include <string_view>

namespace strata {

/// The single looks of check_host().

host_finding found(std::string need, std::string detail);
/// A missing need from an error: a hint in parentheses at the end of its text becomes the remedy.
host_finding lacking(std::string need, const error& why, bool required = true);

host_finding find_kernel();
host_finding find_program(std::string need, const std::string& path, const std::string& package, bool required);
host_finding find_own_programs(const std::string& libexec);
/// What `pool` says of its ranges, or why it could not be opened.
host_finding find_ids(const result<id_pool>& pool);
/// Tries to run a program as root of a user namespace over the ids. `place`: an empty directory, readable by all.
host_finding find_user_namespaces(const launch_tools& tools, const id_map& ids, const std::string& place);
host_finding find_session_root(const std::string& path);
/// `required`: the operator wants memory, pids and processor time limited.
host_finding find_limits(const limit_means& means, bool required);

} // namespace strata
