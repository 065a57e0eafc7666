// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"
#include "isolation/files/failure.hpp"
#include "isolation/wire/watch.hpp"

namespace strata::files {

/// Tells `server` of what happens until it hangs up or what is watched has gone (inotify(7)). Nothing but a failure to begin is told as
/// one.
outcome watch(const wire::files_watch& asked, const channel& server);

} // namespace strata::files
