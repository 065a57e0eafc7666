// SPDX-License-Identifier: MIT
#include "protocols/http/query.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace strata {

namespace {

bool stands_for(std::string_view known, std::string_view name) {
  if (known.ends_with('.'))
    return name.starts_with(known) && name.size() > known.size();
  if (known.ends_with('*'))
    known.remove_suffix(1);
  return known == name;
}

error refused(errc code, std::string_view text, const std::string& name) {
  auto shown = name.substr(0, 64);
  return error{code, fmt::format("{} {}", text, shown), {{"field", shown}}};
}

} // namespace

const std::string* find_parameter(const query_list& query, std::string_view name) noexcept {
  for (const auto& [key, value] : query)
    if (key == name)
      return &value;
  return nullptr;
}

result<std::optional<std::int64_t>> read_number(const query_list& query, std::string_view name) {
  const auto* text = find_parameter(query, name);
  if (text == nullptr)
    return std::optional<std::int64_t>{};
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  auto [stop, failure] = std::from_chars(text->data(), end, number);
  if (failure != std::errc{} || stop != end)
    return error{errc::invalid_argument, fmt::format("{}: expected a whole number", name), {{"field", std::string{name}}}};
  return std::optional<std::int64_t>{number};
}

result<bool> read_flag(const query_list& query, std::string_view name) {
  const auto* text = find_parameter(query, name);
  if (text == nullptr || *text == "0" || *text == "false")
    return false;
  if (text->empty() || *text == "1" || *text == "true")
    return true;
  return error{errc::invalid_argument, fmt::format("{}: expected true or false", name), {{"field", std::string{name}}}};
}

result<void> check_parameters(const query_list& query, std::span<const std::string_view> known) {
  for (auto parameter = query.begin(); parameter != query.end(); ++parameter) {
    const auto& name = parameter->first;
    auto found = std::find_if(known.begin(), known.end(), [&](auto candidate) { return stands_for(candidate, name); });
    if (found == known.end())
      return refused(errc::unknown_field, "unknown parameter", name);
    const bool again = std::any_of(query.begin(), parameter, [&](const auto& earlier) { return earlier.first == name; });
    if (again && !found->ends_with('*'))
      return refused(errc::invalid_argument, "given more than once:", name);
  }
  return {};
}

} // namespace strata
