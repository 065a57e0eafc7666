// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

namespace strata {

/// SIGKILLs a child of this process and that child's own children, waits until they are gone and reaps the child. The
/// child is stopped first, so that it makes no more. For one that has bwrap's shape: its children are PID 1 of a
/// namespace, whose end takes all others along (pid_namespaces(7)). Reads /proc, so it is for failures only.
void kill_with_children(const unique_fd& child);

} // namespace strata
