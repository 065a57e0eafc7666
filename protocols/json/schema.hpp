// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/reader.hpp"

#include <optional>
#include <vector>

namespace strata {

/// Pieces of JSON Schema 2020-12, for the arguments and results of tools.
using named_schema = std::pair<const char*, ordered_json>;

inline ordered_json text_schema(const char* what) { return {{"type", "string"}, {"description", what}}; }
inline ordered_json flag_schema(const char* what) { return {{"type", "boolean"}, {"description", what}}; }
inline ordered_json texts_schema(const char* what) {
  return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}, {"description", what}};
}
inline ordered_json whole_schema(const char* what, std::optional<int> least = {}, std::optional<int> most = {}) {
  ordered_json schema{{"type", "integer"}, {"description", what}};
  if (least)
    schema["minimum"] = *least;
  if (most)
    schema["maximum"] = *most;
  return schema;
}
inline ordered_json choice_schema(const char* what, std::vector<std::string> words) {
  return {{"type", "string"}, {"enum", std::move(words)}, {"description", what}};
}
inline ordered_json or_null(ordered_json schema) {
  schema["type"] = ordered_json::array({schema["type"], "null"});
  return schema;
}
inline ordered_json list_schema(const char* what, ordered_json item) {
  return {{"type", "array"}, {"items", std::move(item)}, {"description", what}};
}
inline ordered_json object_schema(const std::vector<named_schema>& members, std::vector<std::string> required = {}) {
  ordered_json schema{{"type", "object"}, {"properties", ordered_json::object()}};
  for (const auto& [name, member] : members)
    schema["properties"][name] = member;
  if (!required.empty())
    schema["required"] = std::move(required);
  return schema;
}

} // namespace strata
