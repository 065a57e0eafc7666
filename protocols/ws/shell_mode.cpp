// SPDX-License-Identifier: MIT
#include "protocols/ws/shell_mode.hpp"

#include "protocols/http/query.hpp"

#include <array>

namespace strata {

namespace {

constexpr std::array<std::pair<std::string_view, shell_mode>, 4> modes{
  {{"json", shell_mode::seed}, {"raw", shell_mode::raw}, {"attach", shell_mode::attach}, {"streams", shell_mode::streams}}};

std::string_view strip(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

} // namespace

result<shell_choice> choose_shell_mode(const exchange& asked, shell_mode by_default) {
  for (auto rest = asked.request.header("sec-websocket-protocol"); !rest.empty();) {
    const auto comma = rest.find(',');
    const auto name = strip(rest.substr(0, comma));
    for (const auto& [mode, value] : modes)
      if (name == "strata." + std::string{mode})
        return shell_choice{value, std::string{name}};
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
  }
  const auto* wished = find_parameter(asked.query, "mode");
  if (wished == nullptr)
    return shell_choice{by_default, {}};
  for (const auto& [mode, value] : modes)
    if (*wished == mode)
      return shell_choice{value, {}};
  return error{errc::invalid_argument, "mode is none of json, raw, attach and streams", {{"field", "mode"}}};
}

} // namespace strata
