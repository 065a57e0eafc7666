// SPDX-License-Identifier: MIT
#pragma once

/// Between the server and strata-remover NAME FIRST COUNT NEWUIDMAP NEWGIDMAP: removes NAME from a directory as the user
/// and the COUNT subordinate ids from FIRST. 0-2 are /dev/null, the report pipe, the report pipe. It exits with 0 when
/// NAME is gone; else the report says why.
namespace strata::wire {

inline constexpr int remover_directory_fd = 3; ///< the directory that holds NAME

} // namespace strata::wire
