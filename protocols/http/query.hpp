// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "protocols/http/target.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace strata {

/// The first parameter of that name; null when there is none.
const std::string* find_parameter(const query_list& query, std::string_view name) noexcept;

/// A whole number in decimal. Absent: none. `invalid_argument` names the parameter.
result<std::optional<std::int64_t>> read_number(const query_list& query, std::string_view name);

/// true, 1, false or 0; empty is true ("?parents"). Absent: false.
result<bool> read_flag(const query_list& query, std::string_view name);

/// `unknown_field` for a parameter that is not known, `invalid_argument` for one that is there twice. A known name that
/// ends in "." stands for all that begin so ("meta."); one that ends in "*" may come several times ("state*").
result<void> check_parameters(const query_list& query, std::span<const std::string_view> known);

} // namespace strata
