// SPDX-License-Identifier: MIT
#include "protocols/json/field_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace strata {

namespace {

std::string_view kind_of(const json& value) {
  switch (value.type()) {
  case json::value_t::null: return "null";
  case json::value_t::object: return "an object";
  case json::value_t::array: return "a list";
  case json::value_t::string: return "a string";
  case json::value_t::boolean: return "a boolean";
  case json::value_t::number_float: return "a number with a fraction, an exponent or too many digits";
  default: return "a number";
  }
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

/// Names come from the client: an error quotes only so much of one.
std::string shown(std::string_view name) { return name.size() <= 64 ? std::string{name} : std::string{name.substr(0, 64)} + "…"; }

} // namespace

error wrong_type(const std::string& path, std::string_view expected, const json& got) {
  return error{errc::invalid_argument, fmt::format("{}: expected {}, got {}", path, expected, kind_of(got)), {{"field", path}}};
}

result<void> read_value(const std::string& path, const json& from, std::string& into) {
  if (!from.is_string())
    return wrong_type(path, "a string", from);
  into = from.get_ref<const std::string&>();
  return {};
}

result<void> read_value(const std::string& path, const json& from, bool& into) {
  if (!from.is_boolean())
    return wrong_type(path, "true or false", from);
  into = from.get<bool>();
  return {};
}

result<void> read_value(const std::string& path, const json& from, std::int64_t& into) {
  if (!from.is_number_integer())
    return wrong_type(path, "an integer", from);
  if (from.is_number_unsigned()
      && from.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return error{
      errc::invalid_argument, fmt::format("{}: expected an integer of 64 bits, got a larger one", path), {{"field", path}}};
  into = from.get<std::int64_t>();
  return {};
}

result<void> read_value(const std::string& path, const json& from, std::map<std::string, std::string>& into) {
  if (!from.is_object())
    return wrong_type(path, "an object", from);
  for (const auto& [name, value] : from.items()) {
    std::string text;
    STRATA_CHECK(read_value(path + "." + shown(name), value, text));
    into.insert_or_assign(name, std::move(text));
  }
  return {};
}

result<void> read_value(const std::string& path, const json& from, std::map<std::string, std::optional<std::string>>& into) {
  if (!from.is_object())
    return wrong_type(path, "an object", from);
  for (const auto& [name, value] : from.items()) {
    std::optional<std::string> text;
    STRATA_CHECK(read_value(path + "." + shown(name), value, text));
    into.insert_or_assign(name, std::move(text));
  }
  return {};
}

result<void> read_value(const std::string& path, const json& from, std::vector<std::string>& into) {
  if (!from.is_array())
    return wrong_type(path, "a list", from);
  for (const auto& value : from) {
    std::string text;
    STRATA_CHECK(read_value(fmt::format("{}[{}]", path, into.size()), value, text));
    into.push_back(std::move(text));
  }
  return {};
}

const json* find_member(const json& object, std::string_view name, member_rules rules) {
  auto exact = object.find(name);
  if (exact != object.end())
    return &*exact;
  if (rules == member_rules::seed)
    for (auto member = object.begin(); member != object.end(); ++member)
      if (same_letters(member.key(), name))
        return &*member;
  return nullptr;
}

result<void> refuse_unknown(const std::string& path, const json& object, const std::vector<std::string_view>& known,
                            std::initializer_list<std::string_view> extra) {
  for (auto member = object.begin(); member != object.end(); ++member) {
    const std::string_view name = member.key();
    if (std::find(known.begin(), known.end(), name) != known.end() || std::find(extra.begin(), extra.end(), name) != extra.end())
      continue;
    auto field = path + shown(name);
    auto allowed = known;
    allowed.insert(allowed.end(), extra.begin(), extra.end());
    return error{
      errc::unknown_field, fmt::format("unknown field {} (allowed: {})", field, fmt::join(allowed, ", ")), {{"field", field}}};
  }
  return {};
}

} // namespace strata
