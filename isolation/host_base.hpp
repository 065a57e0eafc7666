// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/base.hpp"

#include <functional>
#include <string>

namespace strata {

/// A base from the host itself, never its `/`: a skeleton below ROOT/base with a copied, filtered /etc (skeleton.hpp), then one
/// layer per allowed tree of the host (host_trees.hpp). Root server: writable overlays, ids shifted. Plain user: read-only
/// trees. The skeleton is made anew each time, so that it follows the host, beside the old one, which is replaced when all is
/// there. Refused when the session root lies in a tree that sessions would see. `problem` hears what they will not see as the
/// host does.
struct host_base_request {
  std::string session_root;   ///< absolute; locked by the caller
  bool root_server = false;   ///< the ids of the host's trees can be shifted into those of a session
  bool for_other_ids = false; ///< the skeleton will be copied for ids that are not this user's (skeleton_copies.hpp)
  std::function<void(const std::string&)> problem;
};
result<base> make_host_base(const host_base_request& request);

} // namespace strata
