// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <sys/types.h>

namespace strata::launcher {

/// Writes "WHAT: errno text (HINT)" to the report pipe (standard error) and exits with status 1. Descriptors and mounts
/// go with the process; the other process of the launcher sees its end of the socket pair close and follows.
/// `number` 0: no errno text.
[[noreturn]] void fail(const std::string& what, int number, const char* hint = nullptr);

/// Tells the server of a new child of its own (wire::child_mark). The child does it itself, before anything else: whoever
/// made it may be killed in between.
void report_child(pid_t pid);

} // namespace strata::launcher
