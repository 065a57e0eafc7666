// SPDX-License-Identifier: MIT
#include "config/settings_variables.hpp"

#include "config/escaped.hpp"
#include "config/similar.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unistd.h>

namespace strata {

namespace {

/// Read by the client commands, the test scripts of the first Strata, or other programs of this one.
constexpr std::array others{"STRATA_ADDR", "STRATA_API",   "STRATA_API_KEY", "STRATA_LIBEXEC",
                            "STRATA_MCP",  "STRATA_OWNER", "STRATA_PROTO",   "STRATA_UID"};
constexpr std::array sections{"STRATA_SERVER_", "STRATA_SANDBOX_", "STRATA_LOG_"};

std::vector<std::string> all_names() {
  std::vector<std::string> names{"STRATA_CONFIG"};
  for (const auto& each : knobs())
    names.push_back(each.variable());
  return names;
}

const knob* knob_of(std::string_view variable) {
  const auto found = std::find_if(knobs().begin(), knobs().end(), [&](const knob& each) { return each.variable() == variable; });
  return found == knobs().end() ? nullptr : &*found;
}

} // namespace

result<settings_variables> read_settings_variables(const std::vector<std::string>& environment) {
  settings_variables found;
  for (const auto& word : environment) {
    const auto equals = word.find('=');
    if (!word.starts_with("STRATA_") || equals == std::string::npos)
      continue;
    const auto name = word.substr(0, equals);
    const auto value = word.substr(equals + 1);
    const auto* const which = knob_of(name);
    const auto begins_with = [&](const char* section) { return name.starts_with(section); };
    if (which != nullptr) {
      if (!value.empty())
        found.values.push_back({which, value, name});
    } else if (name == "STRATA_CONFIG") {
      found.config_file = value;
    } else if (std::any_of(sections.begin(), sections.end(), begins_with)) {
      return error{errc::invalid_argument, fmt::format("read settings from the environment: unknown variable {}{}",
                                                       escaped(name, 100), did_you_mean(name, all_names()))};
    } else if (std::find(others.begin(), others.end(), name) == others.end()) {
      found.warnings.push_back(
        fmt::format("ignored the unknown variable {}{}", escaped(name, 100), did_you_mean(name, all_names())));
    }
  }
  return found;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> words;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each)
    words.emplace_back(*each);
  return words;
}

} // namespace strata
