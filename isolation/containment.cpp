// SPDX-License-Identifier: MIT
#include "isolation/containment.hpp"

#include "config/measure_names.hpp"

#include <algorithm>
#include <array>

namespace strata {

namespace {

// In the order of measure_names.
constexpr std::array members{&containment::user_namespaces, &containment::capabilities, &containment::proc_masks,
                             &containment::empty_sys,       &containment::agent_guard,  &containment::tmpfs_sizes,
                             &containment::landlock};
static_assert(members.size() == measure_names.size());

} // namespace

bool leave_out(containment& measures, std::string_view name) {
  const auto found = std::find(measure_names.begin(), measure_names.end(), name);
  if (found == measure_names.end())
    return false;
  measures.*members[static_cast<std::size_t>(found - measure_names.begin())] = false;
  return true;
}

std::string left_out(const containment& measures) {
  std::string names;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (!(measures.*members[i]))
      names.append(names.empty() ? "" : ", ").append(measure_names[i]);
  return names;
}

std::string_view to_string(seccomp_profile profile) noexcept {
  switch (profile) {
  case seccomp_profile::standard: return "default";
  case seccomp_profile::strict: return "strict";
  case seccomp_profile::off: break;
  }
  return "off";
}

} // namespace strata
