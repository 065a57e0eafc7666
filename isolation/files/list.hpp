// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/failure.hpp"

namespace strata::files {

/// A page of a directory's entries, and of those below. Memory is in proportion to the page, whatever the size of the directory.
outcome list(const wire::files_list& asked, wire::files_page& into);

} // namespace strata::files
