// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <optional>
#include <string>

namespace strata::files {

/// The names in archives, which may be hostile.

/// Without "." and slashes too many. Nothing: it is absolute, or has a "..". Empty: the directory itself.
std::optional<std::string> inner_path(const std::string& name);

/// Whether a link at `path` that says `target` stays within the directory, wherever other links of the archive lead: it is not
/// absolute, and each ".." stands at its beginning and goes up to a directory above the link.
bool stays_within(const std::string& path, const std::string& target);

/// Opens a directory below `top` (openat2(2)): links on the way are followed as long as they stay below it, or, with `no_links`, none.
unique_fd open_within(int top, const std::string& path, bool no_links) noexcept;

} // namespace strata::files
