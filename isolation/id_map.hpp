// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace strata {

/// A run of host user (and group) ids: `count` ids from `first`. Inside the sandbox they are 0…count-1.
struct id_range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const id_range&) const = default;
};

/// How the ids inside are mapped to ids of the host (user_namespaces(7)).
enum class id_map_kind : std::uint32_t {
  range,       ///< a root server writes the map itself; the base is shifted by idmapped mounts
  subid_range, ///< a plain user with /etc/subuid and /etc/subgid: newuidmap(1), newgidmap(1)
  single,      ///< a plain user without: 0 inside is the user itself, there are no other ids
};

struct id_map {
  id_map_kind kind = id_map_kind::single;
  id_range range;      ///< single: {own uid, 1}
  bool shared = false; ///< other sessions of this server use the same host ids
};

} // namespace strata
