// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// Appends a JSON string with its quotes (RFC 8259 §7), as to_text() writes it. `utf8` must be well-formed. For output of
/// commands, where a copy into a JSON value and the look at every single byte would cost more than all else.
void append_json_string(std::string& to, std::string_view utf8);

} // namespace strata
