// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"
#include "isolation/files/failure.hpp"
#include "isolation/wire/archive.hpp"

namespace strata::files {

/// Makes the entries that come, until their end, below a directory. Nothing is put elsewhere, whatever names and links say.
outcome unpack(const wire::files_unpack& asked, channel& entries, wire::files_unpacked& into);

} // namespace strata::files
