// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"

#include <chrono>
#include <string>

namespace strata {

/// The programs of a removal as subordinate ids, as absolute paths. Empty: this host lacks it.
struct removal_tools {
  std::string remover; ///< strata-remover
  std::string newuidmap, newgidmap;
};

/// remove_tree() (removal.hpp) for a plain user whose session had subordinate ids: by strata-remover, in a user namespace
/// that has them. Blocks, at most for `patience`; then the process is killed and what is left can be tried again.
result<void> remove_tree_as(const removal_tools& tools, int parent, const std::string& name, const id_range& ids,
                            std::chrono::milliseconds patience);

} // namespace strata
