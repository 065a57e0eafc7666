// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

namespace strata {

std::string invocation::value(const std::string& flag) const {
  const auto found = flags.find(flag);
  return found == flags.end() || found->second.empty() ? std::string{} : found->second.back();
}

std::string invocation::variable(std::string_view name) const {
  for (const auto& each : sources.environment)
    if (each.starts_with(name) && each.size() > name.size() && each[name.size()] == '=')
      return each.substr(name.size() + 1);
  return {};
}

} // namespace strata
