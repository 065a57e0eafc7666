// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/session_root.hpp"
#include "isolation/trash.hpp"

#include <functional>

namespace strata {

/// Ends the sessions that an earlier server of this root left: kills each agent that answers on its ctl.sock, waits until all are
/// gone, and gives the directories to the trash, their ids held until they are deleted. An error when one does not end.
/// Blocks for as long as that takes, seconds at worst. Before the first session.
result<void> end_leftovers(const session_root& root, id_pool& ids, trash& discarded,
                           const std::function<void(const std::string&)>& problem);

} // namespace strata
