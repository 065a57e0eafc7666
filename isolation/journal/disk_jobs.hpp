// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace strata {

/// Runs what may have to wait for a disk, on a thread of the process that is there for it. Thread safe.
void run_where_it_may_block(std::function<void()> job);

/// Blocks until none of them is left, nor anything that one held. Jobs post what comes of them to executors, whose context must
/// not go before: so whoever owns one calls this when it runs no more, before it goes.
void wait_for_disk_jobs();

} // namespace strata
