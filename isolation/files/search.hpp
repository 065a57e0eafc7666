// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/failure.hpp"
#include "isolation/wire/search.hpp"

namespace strata::files {

/// A page of names and lines. Memory is in proportion to the page.
outcome search(const wire::files_search& asked, wire::files_found& into);

} // namespace strata::files
