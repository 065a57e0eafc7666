// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace strata {

/// How one tree of the base appears in a session.
enum class layer_mode : std::uint32_t {
  overlay,   ///< writable: the tree is the lower of an overlay of its own
  read_only, ///< bound read-only
};

/// One directory tree of the host that makes up a part of the session's root.
struct base_layer {
  std::string source; ///< absolute path on the host; a directory
  std::string target; ///< path inside without the leading '/', "" for the root; the first layer is the root
  layer_mode mode = layer_mode::overlay;
};

/// What lies under every session: a prepared root file system, or a skeleton with allowed trees of the host.
/// The root layer comes first and holds a directory for every later target.
struct base {
  std::string name; ///< "rootfs" or "host", as the session's state shows it
  std::vector<base_layer> layers;
  /// Files of the base belong to host ids 0… and must be shifted into the session's range by idmapped mounts (root server).
  bool shift = false;
};

} // namespace strata
