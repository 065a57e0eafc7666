// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/field_reader.hpp"
#include "protocols/json/schema.hpp"

namespace strata {

/// What read_value() takes for each type, as JSON Schema. null, which counts as absent, is left out.
inline ordered_json value_schema(const std::string&, const char* what) { return text_schema(what); }
inline ordered_json value_schema(const bool&, const char* what) { return flag_schema(what); }
inline ordered_json value_schema(const std::int64_t&, const char* what) {
  auto schema = whole_schema(what);
  schema["format"] = "int64";
  return schema;
}
inline ordered_json value_schema(const std::map<std::string, std::string>&, const char* what) { return texts_schema(what); }
inline ordered_json value_schema(const std::vector<std::string>&, const char* what) {
  return list_schema(what, {{"type", "string"}});
}
template <described T> ordered_json value_schema(const T& value, const char* what);
template <described T> ordered_json value_schema(const std::vector<T>&, const char* what) {
  return list_schema(what, value_schema(T{}, "one of them"));
}
template <class T> ordered_json value_schema(const std::optional<T>&, const char* what) { return value_schema(T{}, what); }

/// The object that read_fields() reads into T: the same list of members, so that the two cannot drift apart. Objects within
/// take no other members.
template <described T> ordered_json fields_schema(const T& from = {}) {
  ordered_json schema{{"type", "object"}, {"properties", ordered_json::object()}};
  T::fields(
    from, [&](const char* name, const auto& value, const char* what) { schema["properties"][name] = value_schema(value, what); });
  return schema;
}

template <described T> ordered_json value_schema(const T& value, const char* what) {
  auto schema = fields_schema(value);
  schema["description"] = what;
  schema["additionalProperties"] = false;
  return schema;
}

} // namespace strata
