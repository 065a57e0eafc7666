// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/failure.hpp"

namespace strata::files {

/// What is done to an entry itself: a link is not followed, wherever it leads.

outcome make_directory(const wire::files_make_directory& asked, wire::file_info& into);
outcome make_link(const wire::files_make_link& asked, wire::file_info& into);
/// Between file systems it copies, then removes.
outcome move(const wire::files_transfer& asked, wire::file_info& into);
outcome remove(const wire::files_remove& asked);
outcome set_attributes(const wire::files_set_attributes& asked, wire::file_info& into);

} // namespace strata::files
