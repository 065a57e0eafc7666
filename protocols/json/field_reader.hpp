// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/reader.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace strata {

/// How strictly the members of a request are taken. The seed's routes read as Go's encoding/json does: names in any case
/// (the exact spelling wins), unknown ones ignored.
enum class member_rules { strict, seed };

/// Reads one member into a value of the operations. null means absent. Errors are `invalid_argument` and name the member by
/// its path: "env.PATH: expected a string, got a number".
result<void> read_value(const std::string& path, const json& from, std::string& into);
result<void> read_value(const std::string& path, const json& from, bool& into);
result<void> read_value(const std::string& path, const json& from, std::int64_t& into);
result<void> read_value(const std::string& path, const json& from, std::map<std::string, std::string>& into);
/// null removes: the value is kept as nullopt.
result<void> read_value(const std::string& path, const json& from, std::map<std::string, std::optional<std::string>>& into);
result<void> read_value(const std::string& path, const json& from, std::vector<std::string>& into);

/// The member of that name, or null.
const json* find_member(const json& object, std::string_view name, member_rules rules);

/// `unknown_field` naming the first member that is in neither list, and what is.
result<void> refuse_unknown(const std::string& path, const json& object, const std::vector<std::string_view>& known,
                            std::initializer_list<std::string_view> extra);

error wrong_type(const std::string& path, std::string_view expected, const json& got);

template <class T>
concept described = requires(T& value) {
  T::fields(value, [](const char*, auto&, const char*) {});
};

template <described T> result<void> read_value(const std::string& path, const json& from, T& into);
template <described T> result<void> read_value(const std::string& path, const json& from, std::vector<T>& into) {
  if (!from.is_array())
    return wrong_type(path, "a list", from);
  for (std::size_t i = 0; i < from.size(); ++i)
    STRATA_CHECK(read_value(path + "[" + std::to_string(i) + "]", from[i], into.emplace_back()));
  return {};
}
template <class T> result<void> read_value(const std::string& path, const json& from, std::optional<T>& into) {
  if (from.is_null())
    return {};
  return read_value(path, from, into.emplace());
}

/// Reads an object into a struct by its fields(). `extra` names members that the caller reads by itself. Objects within are
/// read strictly whatever the rules: the seed has none, and who misspells a limit must not believe that it holds.
template <described T>
result<void> read_fields(const json& object, T& into, member_rules rules, std::initializer_list<std::string_view> extra = {},
                         const std::string& prefix = {}) {
  std::vector<std::string_view> known;
  result<void> outcome;
  T::fields(into, [&](const char* name, auto& value, const char*) {
    known.push_back(name);
    if (!outcome)
      return;
    const auto* member = find_member(object, name, rules);
    if (member == nullptr || member->is_null())
      return;
    outcome = read_value(prefix + name, *member, value);
  });
  if (outcome && rules == member_rules::strict)
    outcome = refuse_unknown(prefix, object, known, extra);
  return outcome;
}

template <described T> result<void> read_value(const std::string& path, const json& from, T& into) {
  if (!from.is_object())
    return wrong_type(path, "an object", from);
  return read_fields(from, into, member_rules::strict, {}, path + ".");
}

} // namespace strata
