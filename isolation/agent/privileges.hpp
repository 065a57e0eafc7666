// SPDX-License-Identifier: MIT
#pragma once

namespace strata::agent {

/// Empties the capability bounding set of all that this process has not got, and gives up CAP_SETPCAP, which that takes
/// (capabilities(7)): what is executed later can have at most the rest. False with errno.
bool reduce_capabilities();

} // namespace strata::agent
