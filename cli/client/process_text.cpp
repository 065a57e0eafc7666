// SPDX-License-Identifier: MIT
#include "cli/client/process_text.hpp"

#include "cli/client/session_text.hpp"
#include "config/escaped.hpp"

#include <array>
#include <fmt/format.h>

namespace strata::client {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t shown_command = 60;
constexpr int not_ended = 124;

std::string state_of(const v1::Process& process) {
  constexpr std::array names{"", "queued", "running", "ended"};
  const auto state = static_cast<std::size_t>(process.state());
  return state < names.size() ? names[state] : "";
}

ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }

ordered_json end_json(const v1::ProcessEvent::End& end, const google::protobuf::Timestamp& at) {
  return {{"reason", end.reason()},
          {"exit_code", end.has_exit_code() ? ordered_json(end.exit_code()) : ordered_json(nullptr)},
          {"signal", end.has_signal() ? ordered_json(end.signal()) : ordered_json(nullptr)},
          {"limits_hit", std::vector<std::string>{end.limits_hit().begin(), end.limits_hit().end()}},
          {"left_running", end.left_running()},
          {"at", time_text(at)}};
}

std::string how_it_is(const v1::Process& process) {
  if (!process.has_end())
    return state_of(process);
  const auto& end = process.end();
  if (end.has_exit_code())
    return fmt::format("{} {}", end.reason(), end.exit_code());
  return end.has_signal() ? fmt::format("{} {}", end.reason(), end.signal()) : end.reason();
}

std::string command_of(const v1::Process& process) {
  auto text = process.command();
  for (const auto& word : process.argv())
    text += (text.empty() ? "" : " ") + word;
  return escaped(text, shown_command);
}

} // namespace

ordered_json process_json(const v1::Process& process) {
  ordered_json pty = nullptr;
  if (process.has_terminal())
    pty = {{"cols", process.terminal().cols()},
           {"rows", process.terminal().rows()},
           {"resize", process.resize() == v1::RESIZE_POLICY_SMALLEST ? "smallest" : "last"}};
  return {{"id", process.id()},
          {"kind", process.kind()},
          {"name", text_or_null(process.name())},
          {"tag", text_or_null(process.tag())},
          {"state", state_of(process)},
          {"pid", process.pid() == 0 ? ordered_json(nullptr) : ordered_json(process.pid())},
          {"command", text_or_null(process.command())},
          {"argv", std::vector<std::string>{process.argv().begin(), process.argv().end()}},
          {"cwd", process.cwd()},
          {"user", process.user()},
          {"shell", text_or_null(process.shell())},
          {"merge", process.merge()},
          {"stdin", process.has_stdin()},
          {"pty", std::move(pty)},
          {"viewers", process.viewers()},
          {"created_at", time_text(process.created_at())},
          {"started_at", process.has_started_at() ? ordered_json(time_text(process.started_at())) : ordered_json(nullptr)},
          {"end", process.has_end() ? end_json(process.end(), process.ended_at()) : ordered_json(nullptr)},
          {"next", process.next()},
          {"oldest", process.oldest()},
          {"stdin_offset", process.stdin_offset()}};
}

ordered_json processes_json(const std::vector<v1::Process>& processes) {
  auto items = ordered_json::array();
  for (const auto& each : processes)
    items.push_back(process_json(each));
  return items;
}

std::string processes_table(const std::vector<v1::Process>& processes) {
  std::vector<std::vector<std::string>> rows{{"PROCESS", "KIND", "STATE", "PID", "OUTPUT", "TAG", "COMMAND"}};
  for (const auto& each : processes)
    rows.push_back({each.id(), each.kind(), how_it_is(each), std::to_string(each.pid()), std::to_string(each.next()),
                    escaped(each.tag()), command_of(each)});
  return table_text(rows);
}

int exit_code_of(const v1::ProcessEvent::End& end) {
  constexpr int none = 1, by_signal = 128;
  if (end.reason() == "timed_out")
    return not_ended;
  if (end.has_exit_code())
    return end.exit_code();
  return end.has_signal() ? by_signal + end.signal() : none;
}

int exit_code_of(const v1::Process& process) { return process.has_end() ? exit_code_of(process.end()) : not_ended; }

} // namespace strata::client
