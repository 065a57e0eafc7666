// SPDX-License-Identifier: MIT
#include "config/settings_file.hpp"

#include "config/escaped.hpp"
#include "config/similar.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <toml++/toml.h>

namespace strata {

namespace {

constexpr std::size_t largest_file = 1 << 20;

std::string place(const std::string& path, const toml::source_region& source) {
  return fmt::format("{}, line {}", path, source.begin.line);
}

std::string_view wanted(value_kind kind) {
  switch (kind) {
  case value_kind::switch_: return "true or false without quotes";
  case value_kind::count: return "a number without quotes";
  case value_kind::size: return "a number, or text such as \"8MiB\"";
  case value_kind::list: return "an array of texts";
  case value_kind::duration: return "text such as \"30m\"";
  case value_kind::text: break;
  }
  return "text in quotes";
}

/// An array of texts as a flag has it. An item with a comma would become two.
std::optional<std::string> joined(const toml::array& items) {
  std::string text;
  for (const auto& item : items) {
    const auto word = item.value_exact<std::string>();
    if (!word || word->empty() || word->find(',') != std::string::npos)
      return std::nullopt;
    text += (text.empty() ? "" : ",") + *word;
  }
  return text;
}

std::optional<std::string> as_text(const toml::node& node, value_kind kind) {
  if (const auto text = node.value_exact<std::string>(); text && kind != value_kind::switch_ && kind != value_kind::count)
    return *text;
  if (const auto on = node.value_exact<bool>(); on && kind == value_kind::switch_)
    return *on ? "true" : "false";
  if (const auto number = node.value_exact<std::int64_t>(); number && (kind == value_kind::count || kind == value_kind::size))
    return fmt::to_string(*number);
  if (const auto* items = node.as_array(); items != nullptr && kind == value_kind::list)
    return joined(*items);
  return std::nullopt;
}

error unknown(const std::string& key, const std::string& where) {
  std::vector<std::string> keys;
  for (const auto& each : knobs())
    keys.push_back(each.key());
  return {errc::invalid_argument,
          fmt::format("read settings from {}: unknown setting {}{}", where, escaped(key, 100), did_you_mean(key, keys))};
}

result<void> read_section(const toml::table& table, const std::string& section, const std::string& path,
                          std::vector<given_value>& into) {
  for (const auto& [name, node] : table) {
    const auto key = section + "." + std::string{name.str()};
    const auto where = place(path, node.source());
    const auto* const which = find_knob(key);
    if (which == nullptr)
      return unknown(key, where);
    auto value = as_text(node, which->kind);
    if (!value)
      return error{errc::invalid_argument,
                   fmt::format("read setting {} from {}: wrong type of value (write {})", key, where, wanted(which->kind))};
    into.push_back({which, std::move(*value), where});
  }
  return {};
}

result<std::string> read_whole(std::FILE& file, const std::string& path) {
  std::string text;
  std::array<char, 16 << 10> part;
  while (const auto count = std::fread(part.data(), 1, part.size(), &file)) {
    text.append(part.data(), count);
    if (text.size() > largest_file)
      return error{errc::too_large, fmt::format("read settings from {}: larger than 1 MiB", path)};
  }
  if (std::ferror(&file) != 0)
    return errno_error("read settings from", path);
  return text;
}

} // namespace

result<std::vector<given_value>> parse_settings_file(std::string_view text, const std::string& path) {
  try {
    const toml::table root = toml::parse(text, path);
    std::vector<given_value> values;
    for (const auto& [section, node] : root) {
      const std::string name{section.str()};
      const auto* const table = node.as_table();
      if (table == nullptr)
        return unknown(name, place(path, node.source()));
      STRATA_CHECK(read_section(*table, name, path, values));
    }
    return values;
  } catch (const toml::parse_error& failure) {
    return error{errc::invalid_argument,
                 fmt::format("read settings from {}: {}", place(path, failure.source()), escaped(failure.description(), 300))};
  }
}

result<std::optional<std::vector<given_value>>> read_settings_file(const std::string& path, bool may_be_missing) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "re"), std::fclose};
  if (!file && errno == ENOENT && may_be_missing)
    return std::optional<std::vector<given_value>>{};
  if (!file)
    return errno_error("open settings file", path);
  STRATA_TRY(const auto text, read_whole(*file, path));
  STRATA_TRY(auto values, parse_settings_file(text, path));
  return std::optional{std::move(values)};
}

} // namespace strata
