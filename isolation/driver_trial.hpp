// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/sandbox_host.hpp"

namespace strata {

/// Builds a sandbox with this driver, has it run a command that writes where sessions are promised to write, and ends it: whether
/// the driver works here, or the exact reason. Blocks; leaves nothing behind. Any thread but an io thread.
result<void> try_driver(sandbox_host& host, overlay_driver driver);

} // namespace strata
