// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/process_view.hpp"

#include "protocols/mcp/resource_uri.hpp"
#include "protocols/mcp/text_budget.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t longest_wait_ms = 50'000;
constexpr std::int64_t largest_budget = 100'000;
/// Escape sequences and lines written over take room that the answer does not.
constexpr std::int64_t raw_per_shown = 4;

captured_output joined(const output_page& page, ordered_json& gaps) {
  captured_output all;
  for (const auto& record : page.records) {
    all.bytes += record.gap + static_cast<std::int64_t>(record.bytes.size());
    if (record.gap == 0) {
      all.data += record.bytes;
      continue;
    }
    gaps.push_back({{"offset", record.offset}, {"length", record.gap}, {"why", to_string(record.why)}});
    if (all.gap_at < 0)
      all.gap_at = static_cast<std::int64_t>(all.data.size());
  }
  return all;
}

/// One line about what the output does not say; else empty.
std::string note_about(const output_page& page, std::int64_t left_out) {
  std::string note;
  if (!page.end)
    note = fmt::format("{} as {}, next={}: use process_output", to_string(page.state), page.id, page.next);
  else if (page.end->exit_code)
    note = *page.end->exit_code == 0 && page.end->reason == "exited" ? "" : fmt::format("exit {}", *page.end->exit_code);
  else
    note = page.end->reason + (page.end->signal ? fmt::format(" {}", *page.end->signal) : "");
  if (left_out > 0)
    note +=
      fmt::format("{}cut: {} bytes left out, process_output reads them from any offset", note.empty() ? "" : "; ", left_out);
  return note;
}

} // namespace

result<output_budget> read_budget(const tool_call& call) {
  output_budget budget;
  STRATA_CHECK(call.read("max_output_bytes", budget.bytes));
  STRATA_CHECK(call.read("ansi", budget.ansi));
  if (budget.bytes < 1 || budget.bytes > largest_budget)
    return error{errc::invalid_argument,
                 fmt::format("max_output_bytes is not between 1 and {}", largest_budget),
                 {{"field", "max_output_bytes"}}};
  return budget;
}

result<std::int64_t> read_patience(const tool_call& call, std::int64_t by_default) {
  STRATA_CHECK(call.read("wait_ms", by_default));
  if (by_default < 0 || by_default > longest_wait_ms)
    return error{errc::invalid_argument, fmt::format("wait_ms is not between 0 and {}", longest_wait_ms), {{"field", "wait_ms"}}};
  return by_default;
}

void show_output(tool_call& call, const output_page& page, const output_budget& budget, ordered_json more) {
  auto gaps = ordered_json::array();
  const auto all = joined(page, gaps);
  const auto shown = within_budget(all, static_cast<std::size_t>(budget.bytes), budget.ansi, !page.end);
  auto structured = std::move(more);
  structured["process_id"] = page.id;
  structured["output"] = shown.text;
  structured["next"] = page.next;
  structured["state"] = to_string(page.state);
  structured["exit_code"] = page.end && page.end->exit_code ? ordered_json(*page.end->exit_code) : ordered_json(nullptr);
  structured["signal"] = page.end && page.end->signal ? ordered_json(*page.end->signal) : ordered_json(nullptr);
  structured["reason"] = page.end ? page.end->reason : "";
  structured["limits_hit"] = page.end ? page.end->limits_hit : std::vector<std::string>{};
  structured["found"] = page.found;
  structured["truncated"] = shown.left_out > 0;
  structured["gaps"] = std::move(gaps);
  std::vector<std::string> texts{shown.text.empty() ? "(empty output)" : shown.text};
  if (auto note = note_about(page, shown.left_out); !note.empty())
    texts.push_back("[" + note + "]");
  ordered_json link;
  if (const auto session = session_of(call); shown.left_out > 0 && session)
    link = resource_link(output_uri(session->key, page.id), "output of " + page.id, "text/plain");
  call.succeed(std::move(structured), texts, std::move(link));
}

void read_and_show(tool_call& call, read_output operation, const output_budget& budget, ordered_json more) {
  operation.limit = budget.bytes * raw_per_shown;
  call.run(std::move(operation), std::function<void(tool_call&, result<output_page>)>{
                                   [budget, more = std::move(more)](tool_call& to, const result<output_page>& page) {
                                     page ? show_output(to, *page, budget, more) : to.fail(page.error());
                                   }});
}

} // namespace strata
