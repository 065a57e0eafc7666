// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>
#include <vector>

namespace strata {

/// The command that makes a minimal Debian with bash and apt at `target` from the archives that this host's apt uses:
/// mmdebstrap, or debootstrap, which only root can use. `suite` empty: the host's. `as_plain_user`: into an archive target.tar,
/// by subordinate ids. Words that would be options of the tool are refused.
result<std::vector<std::string>> debian_archive_command(const std::string& suite, const std::vector<std::string>& packages,
                                                        const std::string& target, bool as_plain_user);

} // namespace strata
