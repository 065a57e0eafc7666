// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/keepers.hpp"
#include "isolation/agent/procfs.hpp"
#include "isolation/wire/messages.hpp"

namespace strata::agent {

/// Processes (zombies not counted), resident memory (shared pages count in each) and processor time of the whole
/// session, ended processes included as far as someone waited for them. Agent and keepers are not in it.
wire::usage_reply measure_usage(const procfs& proc, const keepers& all);

} // namespace strata::agent
