// SPDX-License-Identifier: MIT
#include "isolation/removal.hpp"

#include "isolation/removal_walk.hpp"

#include <fmt/format.h>

namespace strata {

result<void> remove_tree(int parent, const std::string& name) {
  auto outcome = walk_and_remove(parent, name);
  if (outcome.failures == 0)
    return {};
  if (outcome.failures > 1)
    outcome.text += fmt::format(" (and {} more)", outcome.failures - 1);
  return error{errno_error("", {}, outcome.number).code, std::move(outcome.text)};
}

} // namespace strata
