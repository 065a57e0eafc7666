// SPDX-License-Identifier: MIT
// clang-format off
#include "config/knob_kinds.hpp"

#include "config/duration.hpp"
#include "config/scalars.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

using std::chrono::milliseconds;

result<std::uint64_t> within(std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  if (value < least)
    return error{errc::invalid_argument, "is too small"};
  if (value > most)
    return error{errc::invalid_argument, "is too large"};
  return value;
}

result<milliseconds> parse_milliseconds(std::string_view text, milliseconds least, milliseconds most, bool or_zero) {
  STRATA_TRY(const auto exact, parse_duration(text));
  if (exact.count() == 0 && or_zero)
    return milliseconds{0};
  if (exact < least)
    return error{errc::invalid_argument, exact.count() < 0 ? "is negative" : "is too short"};
  if (exact > most)
    return error{errc::invalid_argument, "is too long"};
  return std::chrono::floor<milliseconds>(exact);
}

std::string in_words(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
  return text;
}

} // namespace

knob switch_knob(knob_names names, std::string_view fallback, bool settings::*member, std::string_view help) {
  return {names.section, names.name, value_kind::switch_, fallback, "", "true or false", help,
          [member](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(into.*member, parse_switch(value));
            return {};
          }};
}

knob count_knob(knob_names names, std::string_view fallback, std::uint64_t settings::*member, std::uint64_t least,
                std::uint64_t most, std::string_view help) {
  return {names.section, names.name, value_kind::count, fallback, "N",
          fmt::format("a whole number from {} to {}", least, most), help,
          [=](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(const auto count, parse_count(value));
            STRATA_TRY(into.*member, within(count, least, most));
            return {};
          }};
}

knob size_knob(knob_names names, std::string_view fallback, std::uint64_t settings::*member, std::uint64_t least,
               std::uint64_t most, std::string_view help) {
  return {names.section, names.name, value_kind::size, fallback, "SIZE",
          fmt::format("bytes, or a number with KiB, MiB or GiB, from {} to {}", size_text(least), size_text(most)), help,
          [=](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(const auto bytes, parse_size(value));
            STRATA_TRY(into.*member, within(bytes, least, most));
            return {};
          }};
}

knob duration_knob(knob_names names, std::string_view fallback, milliseconds settings::*member, milliseconds least,
                   milliseconds most, bool or_zero, std::string_view help) {
  return {names.section, names.name, value_kind::duration, fallback, "DURATION",
          fmt::format("{}a duration from {} to {}, written as 500ms, 1.5s, 30m or 1h30m", or_zero ? "0, or " : "",
                      duration_text(least), duration_text(most)),
          help, [=](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(into.*member, parse_milliseconds(value, least, most, or_zero));
            return {};
          }};
}

knob word_knob(knob_names names, std::string_view fallback, std::string settings::*member,
               std::initializer_list<std::string_view> words, std::string_view value_name, std::string_view help) {
  const std::vector<std::string_view> allowed{words};
  return {names.section, names.name, value_kind::text, fallback, value_name, in_words(allowed), help,
          [=](std::string_view value, settings& into) -> result<void> {
            if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
              return error{errc::invalid_argument, "is unknown"};
            into.*member = value;
            return {};
          }};
}

knob text_knob(knob_names names, std::string_view fallback, std::string settings::*member, std::string_view value_name,
               std::string_view allowed, result<void> (*check)(std::string_view), std::string_view help) {
  return {names.section, names.name, value_kind::text, fallback, value_name, std::string{allowed}, help,
          [=](std::string_view value, settings& into) -> result<void> {
            STRATA_CHECK(check(value));
            into.*member = value;
            return {};
          }};
}

knob list_knob(knob_names names, std::string_view fallback, std::vector<std::string> settings::*member,
               std::string_view value_name, std::string_view allowed, result<void> (*check)(std::string_view),
               std::string_view help) {
  return {names.section, names.name, value_kind::list, fallback, value_name, std::string{allowed}, help,
          [=](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(auto items, parse_list(value));
            for (const auto& item : items)
              STRATA_CHECK(check(item));
            into.*member = std::move(items);
            return {};
          }};
}

} // namespace strata
