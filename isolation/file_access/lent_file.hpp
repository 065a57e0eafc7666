// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/workers.hpp"

namespace strata {

/// A file that a strata-files has opened and passed on. As long as it is read, that program is held and watched: when its sandbox ends,
/// so does the reading. Nothing: what came is no disk_file, and only one who stands in for the program would have sent it.
/// On the strand of the workers; what is returned is thread safe.
std::shared_ptr<file_in_place> lend_file(std::shared_ptr<file_workers::loan> from, unique_fd file);

} // namespace strata
