// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"

namespace strata::archive {

/// Takes an archive that comes from `server` apart and gives `entries` what is in it. False: something was wrong, and the server was
/// told.
bool read_archive(files::channel& server, const files::channel& entries);

} // namespace strata::archive
