// SPDX-License-Identifier: MIT
#pragma once

#include "actors/caf_facade.hpp"
#include "actors/mailbox.hpp"
#include "actors/registry.hpp"

#include <map>

namespace strata {

/// Hears registry_event, see there.
using registry_actor = act::hears<registry_event>;

/// Starts the registry. It posts to itself and its sessions post to it through `box`, which is opened here and closed
/// when the actor ends; then its sessions end too. `launcher` must outlive all of them.
registry_actor start_registry(act::system& actors, std::shared_ptr<mailbox<registry_event>> box, runtime_options options,
                              sandbox_launcher& launcher, actor_clock clock);

} // namespace strata
