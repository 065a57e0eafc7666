// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace strata {

/// How a removal ended.
struct removal_outcome {
  std::uint64_t failures = 0; ///< entries that could not be removed
  int number = 0;             ///< errno of the first one
  std::string text;           ///< the first one: "remove PATH: reason", printable ASCII of at most some hundred bytes
};

/// What remove_tree() does (removal.hpp), without exceptions or result types: strata-remover is built from it too.
removal_outcome walk_and_remove(int parent, const std::string& name);

} // namespace strata
