// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"
#include "isolation/files/failure.hpp"
#include "isolation/wire/archive.hpp"

namespace strata::files {

/// Tells `server` of what is packed, then `entries` of each entry and its bytes, and of their end.
outcome pack(const wire::files_pack& asked, const channel& server, const channel& entries);

} // namespace strata::files
