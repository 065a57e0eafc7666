// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/openapi/schemas.hpp"
#include "protocols/json/schema.hpp"

#include <algorithm>

namespace strata {

/// Pieces of the schemas of answers.

inline ordered_json time_schema(const char* what) {
  auto schema = text_schema(what);
  schema["format"] = "date-time";
  return schema;
}

/// Every member is always there, but for those named.
inline ordered_json answer_schema(const char* what, const std::vector<named_schema>& members,
                                  const std::vector<std::string>& optional = {}) {
  std::vector<std::string> required;
  for (const auto& [name, member] : members)
    if (std::find(optional.begin(), optional.end(), name) == optional.end())
      required.emplace_back(name);
  auto schema = object_schema(members, std::move(required));
  schema["description"] = what;
  return schema;
}

inline ordered_json page_schema(const char* what, std::string_view item) {
  return answer_schema(what, {{"items", {{"type", "array"}, {"items", schema_reference(item)}}},
                              {"next_cursor", or_null(text_schema("for the next page; null: this is the last one"))}});
}

} // namespace strata
