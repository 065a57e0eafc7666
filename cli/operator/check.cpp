// SPDX-License-Identifier: MIT
#include "cli/operator/check.hpp"

#include "cli/operator/server_setup.hpp"
#include "config/wrapped.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace strata {

namespace {

constexpr std::size_t text_width = 80;

std::string_view to_string(host_finding::verdict state) {
  switch (state) {
  case host_finding::verdict::ok: return "ok";
  case host_finding::verdict::limited: return "limited";
  case host_finding::verdict::missing: break;
  }
  return "missing";
}

/// "missing" beside a need that has an alternative would frighten for nothing.
std::string_view shown_state(const host_finding& finding) {
  if (finding.state == host_finding::verdict::missing && !finding.required)
    return "absent";
  return to_string(finding.state);
}

std::string conclusion(const std::vector<host_finding>& findings) {
  if (can_run(findings))
    return "Strata can run here.\n";
  std::string needs;
  for (const auto& each : findings)
    if (each.required && each.state == host_finding::verdict::missing)
      needs += (needs.empty() ? "" : ", ") + each.need;
  return fmt::format("Strata cannot run here; missing: {}.\n", needs);
}

} // namespace

std::string findings_table(const std::vector<host_finding>& findings) {
  std::size_t width = 0;
  for (const auto& each : findings)
    width = std::max(width, each.need.size());
  const std::string indent(9 + width + 2, ' ');
  std::string text;
  for (const auto& each : findings) {
    text += fmt::format("{:9}{:{}}  {}\n", shown_state(each), each.need, width, wrapped(each.detail, text_width, indent));
    if (!each.remedy.empty())
      text += fmt::format("{}-> {}\n", indent, wrapped(each.remedy, text_width - 3, indent + "   "));
  }
  return text + "\n" + conclusion(findings);
}

std::string findings_json(const std::vector<host_finding>& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& each : findings)
    list.push_back({{"need", each.need},
                    {"state", to_string(each.state)},
                    {"required", each.required},
                    {"detail", each.detail},
                    {"remedy", each.remedy}});
  const nlohmann::ordered_json document{{"can_run", can_run(findings)}, {"findings", std::move(list)}};
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

command check_command(std::ostream& out) {
  return {
    .words = {"check"},
    .summary = "look whether this host can run the server, and what helps where it cannot",
    .flags = {{"--json", "", "print the findings as JSON"}},
    .takes_settings = true,
    .run = [&out](const invocation& given) -> result<int> {
      STRATA_TRY(const auto loaded, load_settings(given.sources));
      for (const auto& warning : loaded.warnings)
        std::cerr << "strata: " << warning << '\n';
      const auto findings = check_host(host_options_of(loaded.values));
      out << (given.has("--json") ? findings_json(findings) : findings_table(findings));
      return can_run(findings) ? 0 : 1;
    },
  };
}

} // namespace strata
