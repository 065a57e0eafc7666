// SPDX-License-Identifier: MIT
#include "actors/limit_policy.hpp"

#include "actors/field_checks.hpp"

#include <array>
#include <fmt/format.h>

namespace strata {

namespace {

using member = std::optional<std::int64_t> session_limits::*;

struct rule {
  const char* name;
  member field;
  std::int64_t least;              ///< below it nothing could run
  std::string limit_means::*means; ///< null: enforced everywhere
};

constexpr std::array rules{
  rule{"memory_bytes", &session_limits::memory_bytes, 16 << 20, &limit_means::memory},
  rule{"pids", &session_limits::pids, 8, &limit_means::pids},
  rule{"cpu_millis", &session_limits::cpu_millis, 10, &limit_means::cpu},
  rule{"open_files", &session_limits::open_files, 16, nullptr},
};

bool is_enforced(const rule& one, const limit_policy& policy) {
  return one.means == nullptr || !(policy.means.*one.means).empty();
}

result<void> check_one(const rule& one, std::int64_t asked, const limit_policy& policy) {
  if (!is_enforced(one, policy))
    return unsupported(fmt::format("limits.{}", one.name));
  if (asked < one.least)
    return invalid(fmt::format("limits.{} is less than {}", one.name, one.least));
  const auto most = policy.most.*one.field ? policy.most.*one.field : policy.defaults.*one.field;
  if (most && asked > *most)
    return error{errc::permission_denied,
                 fmt::format("limits.{} is more than the {} that this server allows", one.name, *most),
                 {{"field", fmt::format("limits.{}", one.name)}}};
  return {};
}

std::uint64_t or_zero(const std::optional<std::int64_t>& value) { return static_cast<std::uint64_t>(value.value_or(0)); }

} // namespace

result<void> check_limits(const session_limits& asked, const limit_policy& policy) {
  for (const auto& one : rules)
    if (const auto& value = asked.*one.field)
      STRATA_CHECK(check_one(one, *value, policy));
  for (const auto& [name, field] : {std::pair{"disk_bytes", &session_limits::disk_bytes},
                                    {"inodes", &session_limits::inodes},
                                    {"output_bytes", &session_limits::output_bytes}})
    if (asked.*field)
      return unsupported(fmt::format("limits.{}", name));
  return {};
}

session_limits effective_limits(const session_limits& asked, const limit_policy& policy) {
  session_limits limits;
  for (const auto& one : rules)
    if (is_enforced(one, policy))
      limits.*one.field = asked.*one.field ? asked.*one.field : policy.defaults.*one.field;
  return limits;
}

bool differs(const session_limits& asked, const session_limits& present) {
  bool found = false;
  for (const auto& one : rules)
    found = found || (asked.*one.field && asked.*one.field != present.*one.field);
  return found;
}

resource_limits to_resources(const session_limits& limits) {
  return {or_zero(limits.memory_bytes), or_zero(limits.pids), or_zero(limits.cpu_millis), or_zero(limits.open_files)};
}

} // namespace strata
