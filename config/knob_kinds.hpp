// SPDX-License-Identifier: MIT
#pragma once

#include "config/knob.hpp"

#include <cstdint>
#include <initializer_list>

namespace strata {

/// Makers of the kinds of knobs, used by the table in knobs.cpp. Bounds are included.

struct knob_names {
  std::string_view section;
  std::string_view name;
};

knob switch_knob(knob_names names, std::string_view fallback, bool settings::*member, std::string_view help);
knob count_knob(knob_names names, std::string_view fallback, std::uint64_t settings::*member, std::uint64_t least,
                std::uint64_t most, std::string_view help);
knob size_knob(knob_names names, std::string_view fallback, std::uint64_t settings::*member, std::uint64_t least,
               std::uint64_t most, std::string_view help);
/// Whole milliseconds. `or_zero`: 0 is allowed beside least..most.
knob duration_knob(knob_names names, std::string_view fallback, std::chrono::milliseconds settings::*member,
                   std::chrono::milliseconds least, std::chrono::milliseconds most, bool or_zero, std::string_view help);
knob word_knob(knob_names names, std::string_view fallback, std::string settings::*member,
               std::initializer_list<std::string_view> words, std::string_view value_name, std::string_view help);
/// Text that `check` accepts; check's error goes after the value.
knob text_knob(knob_names names, std::string_view fallback, std::string settings::*member, std::string_view value_name,
               std::string_view allowed, result<void> (*check)(std::string_view), std::string_view help);
/// Every item must pass `check`.
knob list_knob(knob_names names, std::string_view fallback, std::vector<std::string> settings::*member,
               std::string_view value_name, std::string_view allowed, result<void> (*check)(std::string_view),
               std::string_view help);

} // namespace strata
