// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace strata::test {

/// The name of the cgroups of a server with that session root.
std::string group_name(const std::filesystem::path& session_root);

/// The cgroups of that name and those below them, one path per line, the lowest first.
std::string groups_named(const std::string& name);

/// Removes them, as far as nothing is in them.
void remove_groups(const std::string& name);

} // namespace strata::test
