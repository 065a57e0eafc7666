// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"
#include "isolation/files/failure.hpp"

namespace strata::files {

/// Takes the bytes that come and makes them the file. Replacing is at once: who reads sees the old one or the new one, whole, and
/// when the bytes break off nothing has changed. Appending is not: what came is there. `broken_off`: no answer is wanted.
outcome write(const wire::files_write& asked, channel& from, wire::file_info& into, bool& broken_off);

} // namespace strata::files
