// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/shells.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

ordered_json to_json(const shell_info& shell);
ordered_json to_json(const shell_list& shells);

/// The body of PUT S/shells/{name} into everything but the names; an empty body is an empty object. Unknown members
/// are refused.
result<open_shell> read_open_shell(std::string_view body);

} // namespace strata
