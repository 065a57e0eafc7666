// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

namespace strata {

/// Measures of containment that an operator can leave out (isolation/containment.hpp says what they are).
inline constexpr std::array<std::string_view, 7> measure_names{"user_namespaces", "capabilities", "proc_masks", "empty_sys",
                                                               "agent_guard",     "tmpfs_sizes",  "landlock"};

} // namespace strata
