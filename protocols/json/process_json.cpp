// SPDX-License-Identifier: MIT
#include "protocols/json/process_json.hpp"

#include "protocols/json/field_reader.hpp"
#include "protocols/json/output_json.hpp"
#include "protocols/json/times.hpp"

namespace strata {

namespace {

template <class T> ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json time_or_null(const std::optional<wall_time>& time) {
  return time ? ordered_json(format_time(*time)) : ordered_json(nullptr);
}

ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }

} // namespace

ordered_json to_json(const process_end& end, std::optional<wall_time> at) {
  ordered_json body{
    {"reason", end.reason},         {"exit_code", or_null(end.exit_code)}, {"signal", or_null(end.signal)},
    {"limits_hit", end.limits_hit}, {"left_running", end.left_running},
  };
  if (at)
    body["at"] = format_time(*at);
  return body;
}

ordered_json to_json(const process_info& process) {
  ordered_json terminal = nullptr;
  if (process.terminal)
    terminal = {{"cols", process.terminal->cols}, {"rows", process.terminal->rows}, {"resize", process.resize}};
  return ordered_json{
    {"id", process.id},
    {"kind", to_string(process.kind)},
    {"name", text_or_null(process.name)},
    {"tag", text_or_null(process.tag)},
    {"state", to_string(process.state)},
    {"pid", process.pid == 0 ? ordered_json(nullptr) : ordered_json(process.pid)},
    {"command", text_or_null(process.command)},
    {"argv", process.argv},
    {"cwd", process.cwd},
    {"user", process.user},
    {"shell", text_or_null(process.shell)},
    {"merge", process.merge},
    {"stdin", process.has_stdin},
    {"pty", std::move(terminal)},
    {"viewers", process.viewers},
    {"created_at", format_time(process.created_at)},
    {"started_at", time_or_null(process.started_at)},
    {"end", process.end ? to_json(*process.end, process.ended_at) : ordered_json(nullptr)},
    {"next", process.next},
    {"oldest", process.oldest},
    {"stdin_offset", process.stdin_offset},
    {"created", process.created},
    {"session_created", process.session_created},
    {"session_uid", process.session_uid},
  };
}

ordered_json to_json(const process_page& page) {
  auto items = ordered_json::array();
  for (const auto& process : page.items)
    items.push_back(to_json(process));
  return ordered_json{{"items", std::move(items)}, {"next_cursor", text_or_null(page.next_cursor)}};
}

ordered_json to_json(output_page page) {
  output_json shown;
  auto records = ordered_json::array();
  const auto put = [&](const std::vector<output_json::item>& items) {
    for (const auto& item : items)
      records.push_back(ordered_json::parse(item.json));
  };
  for (auto& record : page.records)
    put(shown.add(std::move(record)));
  if (const auto cut = shown.held_at(); cut && !page.end && !page.found && !records.empty())
    page.next = *cut;
  else
    put(shown.finish());
  return ordered_json{
    {"id", page.id},
    {"records", std::move(records)},
    {"next", page.next},
    {"oldest", page.oldest},
    {"found", page.found},
    {"end", page.end ? to_json(*page.end) : ordered_json(nullptr)},
    {"state", to_string(page.state)},
  };
}

ordered_json to_json(const accepted_input& input) {
  return ordered_json{{"accepted", input.accepted}, {"offset", input.offset}, {"eof", input.eof}};
}

result<start_process> read_start_process(std::string_view body) {
  start_process request;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, request, member_rules::strict));
  return request;
}

result<signal_process> read_signal_process(std::string_view body) {
  signal_process request;
  if (body.empty())
    return request;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, request, member_rules::strict));
  return request;
}

} // namespace strata
