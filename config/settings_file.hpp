// SPDX-License-Identifier: MIT
#pragma once

#include "config/given_value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata {

/// The settings of a TOML file. Unknown keys and values of the wrong type are errors that name key, file and line; values
/// are not checked yet. With `may_be_missing` a file that does not exist is an empty one, and `std::nullopt`. At most 1 MiB.
result<std::optional<std::vector<given_value>>> read_settings_file(const std::string& path, bool may_be_missing);

/// The same from text; `path` is for errors and origins. Pure.
result<std::vector<given_value>> parse_settings_file(std::string_view text, const std::string& path);

} // namespace strata
