// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/file_search.hpp"
#include "actors/operations/file_watch.hpp"
#include "protocols/json/file_json.hpp"

namespace strata {

/// "created", "written", "removed", …
std::string_view to_string(wire::file_change what) noexcept;

/// What is found: lines are any bytes; what is no UTF-8 in them is shown as U+FFFD.
ordered_json to_json(const search_match& match);
ordered_json to_json(const search_page& page);

/// An event with its number.
ordered_json to_json(const file_event& event, std::int64_t number);
ordered_json to_json(const file_event_page& page);

} // namespace strata
