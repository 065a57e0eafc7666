// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/place.hpp"

namespace strata::files {

/// Copies a file, link or tree to a path of its own; it is there when all of it is.
outcome copy(const wire::files_transfer& asked, wire::file_info& into);
/// The same, where both have been opened.
outcome copy_to(const place& from, const place& to, const wire::files_transfer& asked);

} // namespace strata::files
