// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/failure.hpp"

namespace strata::files {

/// Replaces texts in a file: all that is asked for, at once, or nothing. Nobody who writes by this program comes between its reading
/// and its writing.
outcome edit(const wire::files_edit& asked, wire::files_edited& into);

} // namespace strata::files
