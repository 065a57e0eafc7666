// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// Parts of the descriptions of parameters.
inline ordered_json plain_text() { return {{"type", "string"}}; }
inline ordered_json count(int least, int most) { return {{"type", "integer"}, {"minimum", least}, {"maximum", most}}; }
inline ordered_json one_of(std::vector<std::string> words) { return {{"type", "string"}, {"enum", std::move(words)}}; }

inline ordered_json parameter(std::string_view in, std::string_view name, const char* what, ordered_json schema) {
  ordered_json made{{"name", name}, {"in", in}, {"description", what}};
  if (in == "path")
    made["required"] = true;
  made["schema"] = std::move(schema);
  return made;
}

/// What a parameter means on the routes of files; nothing: the same as elsewhere.
std::optional<ordered_json> file_parameter(std::string_view name, std::string_view pattern);

} // namespace strata
