// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// The Debian archives that a host's apt sources name (sources.list(5), both formats), as lines for mmdebstrap: those of the
/// release `host_suite` with its updates and security, said for `suite` instead. Disabled ones, deb-src and archives that need a
/// password are left out. Empty when there is none. Pure.
std::vector<std::string> mirror_lines(const std::vector<std::string>& sources, std::string_view host_suite,
                                      std::string_view suite);

/// The value of a line KEY=value of os-release(5), without quotes. Pure.
std::string os_release_value(std::string_view text, std::string_view key);

} // namespace strata
