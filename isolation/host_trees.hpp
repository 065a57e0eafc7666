// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/base.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The trees of the host that sessions see over the skeleton: /usr, /opt, and of /var what package tools keep, as far as they are
/// there and hold something. `writable` (a root server): as lowers of overlays; else bound read-only.
std::vector<base_layer> host_trees(bool writable);

/// A directory of which sessions must see nothing although it lies in a tree: an empty layer goes over it. Paths below the root.
std::vector<std::string> hidden_directories();

/// Mount points of a mountinfo text (proc(5)) that lie below `tree`, without the tree itself. Pure.
std::vector<std::string> mounts_below(std::string_view mountinfo, std::string_view tree);

/// Whether `path` is `tree` or lies below it, by words alone. Pure.
bool is_within(std::string_view path, std::string_view tree);

} // namespace strata
