// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace strata::bench {

/// posix_spawn + pipe + read to end + wait: what running a program costs without Strata. Throws std::runtime_error on a failure or a nonzero exit.
std::string spawn_and_wait(const std::vector<std::string>& argv);

/// A bwrap command with the namespaces and the number of mounts of a session, started directly, whose payload is /bin/true.
/// `trees`: bound where a session has overlays (/usr among them).
std::vector<std::string> bare_bwrap(const std::vector<std::string>& trees);

} // namespace strata::bench
