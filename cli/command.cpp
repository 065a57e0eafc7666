// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

namespace strata {

std::string invocation::value(const std::string& flag) const {
  const auto found = flags.find(flag);
  return found == flags.end() || found->second.empty() ? std::string{} : found->second.back();
}

} // namespace strata
