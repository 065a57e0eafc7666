// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/exec.hpp"

#include "protocols/mcp/resource_uri.hpp"
#include "protocols/mcp/text_budget.hpp"
#include "protocols/mcp/tools/exec_progress.hpp"
#include "protocols/mcp/tools/run.hpp"
#include "protocols/seed_output.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t patience_ms = 30'000;
/// Below what clients commonly wait for an answer (60 s).
constexpr std::int64_t longest_wait_ms = 50'000;
constexpr std::int64_t budget_by_default = 20'000, largest_budget = 100'000;
/// Escape sequences and lines written over take room that the answer does not.
constexpr std::int64_t raw_per_shown = 4;

struct exec_view {
  std::int64_t budget = budget_by_default;
  bool ansi = false;
  bool split = false;
};

result<void> read_times(const tool_call& call, exec_request& into) {
  STRATA_CHECK(call.read("timeout_ms", into.timeout_ms));
  STRATA_CHECK(call.read("wait_ms", into.wait_ms));
  if (into.timeout_ms && *into.timeout_ms <= 0)
    into.timeout_ms.reset();
  if (into.wait_ms && *into.wait_ms > longest_wait_ms && call.progress_token().is_null())
    return error{errc::invalid_argument,
                 fmt::format("wait_ms: at most {} without a progress token", longest_wait_ms),
                 {{"field", "wait_ms"}}};
  if (!into.timeout_ms && !into.wait_ms)
    into.wait_ms = patience_ms;
  return {};
}

result<exec_request> decode_exec(const tool_call& call, exec_view& view) {
  exec_request operation;
  STRATA_CHECK(call.read("command", operation.command));
  STRATA_CHECK(read_times(call, operation));
  STRATA_CHECK(call.read("stdin", operation.stdin_data));
  STRATA_CHECK(call.read("cwd", operation.cwd));
  STRATA_CHECK(call.read("env", operation.env));
  STRATA_CHECK(call.read("shell", operation.shell));
  STRATA_CHECK(call.read("user", operation.user));
  STRATA_CHECK(call.read("max_output_bytes", view.budget));
  STRATA_CHECK(call.read("ansi", view.ansi));
  STRATA_CHECK(call.read("split", view.split));
  if (view.budget < 1 || view.budget > largest_budget)
    return error{errc::invalid_argument,
                 fmt::format("max_output_bytes is not between 1 and {}", largest_budget),
                 {{"field", "max_output_bytes"}}};
  operation.merge = !view.split;
  operation.max_output_bytes = view.budget * raw_per_shown;
  return operation;
}

std::string amount(std::int64_t bytes) {
  if (bytes < 10'000)
    return fmt::format("{} bytes", bytes);
  return bytes < (1 << 20) ? fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024)
                           : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

/// How it ended where that says something; else empty.
std::string ending(const exec_response& ran) {
  if (ran.state != process_state::ended)
    return fmt::format("running as {}, next={}: use process_output", ran.id, ran.next);
  if (ran.exit_code)
    return *ran.exit_code == 0 ? std::string{} : fmt::format("exit {}, {} ms", *ran.exit_code, ran.elapsed_ms);
  if (ran.timed_out)
    return fmt::format("timed out after {} ms and was killed", ran.elapsed_ms);
  return fmt::format("{}{}, {} ms", ran.reason, ran.signal ? fmt::format(" {}", *ran.signal) : "", ran.elapsed_ms);
}

void answer(tool_call& call, const exec_response& ran, const exec_view& view) {
  const bool goes_on = ran.state != process_state::ended;
  const auto budget = static_cast<std::size_t>(view.budget);
  const auto shown = within_budget(ran.output, budget, view.ansi, goes_on);
  ordered_json structured{{"output", shown.text}};
  auto left_out = shown.left_out;
  if (view.split) {
    const auto out = within_budget(ran.stdout_output, budget, view.ansi, goes_on);
    const auto err = within_budget(ran.stderr_output, budget, view.ansi, goes_on);
    structured["stdout"] = out.text;
    structured["stderr"] = err.text;
    left_out = std::max({left_out, out.left_out, err.left_out});
  }
  structured["exit_code"] = ran.exit_code ? ordered_json(*ran.exit_code) : ordered_json(nullptr);
  structured["signal"] = ran.signal ? ordered_json(*ran.signal) : ordered_json(nullptr);
  structured["state"] = goes_on ? "running" : "ended";
  structured["reason"] = ran.reason;
  structured["limits_hit"] = ran.limits_hit;
  structured["timed_out"] = ran.timed_out;
  structured["process_id"] = ran.id;
  structured["next"] = ran.next;
  structured["truncated"] = left_out > 0;
  structured["elapsed_ms"] = ran.elapsed_ms;
  structured["cwd"] = ran.cwd;
  structured["session_created"] = ran.session_created;
  const auto text = trim_as_seed(shown.text);
  std::vector<std::string> texts{text.empty() ? "(empty output)" : text};
  auto note = ending(ran);
  if (left_out > 0)
    note += fmt::format("{}cut: {} of {} left out", note.empty() ? "" : "; ", amount(left_out), amount(ran.output.bytes));
  if (!ran.limits_hit.empty())
    note += fmt::format("{}limits hit: {}", note.empty() ? "" : "; ", fmt::join(ran.limits_hit, ", "));
  if (!note.empty())
    texts.push_back("[" + note + "]");
  ordered_json link;
  if (const auto session = session_of(call); left_out > 0 && session)
    link = resource_link(output_uri(session->key, ran.id), "output of " + ran.id, "text/plain");
  call.succeed(std::move(structured), texts, std::move(link));
}

/// As the first Strata begins its texts; then the code.
void refuse(tool_call& call, const error& failure) {
  const bool of_session = failure.code == errc::quota_exceeded || failure.code == errc::session_differs
                          || failure.code == errc::draining || failure.code == errc::overloaded;
  call.fail(failure, of_session ? "session failed: " : "exec failed: ");
}

} // namespace

void run_exec(std::shared_ptr<tool_call> call) {
  auto key = call->identity();
  if (!key)
    return refuse(*call, key.error());
  if (key->owner_id.empty() || key->session_id.empty())
    return call->fail("owner_id and session_id are required");
  exec_view view;
  auto operation = decode_exec(*call, view);
  if (!operation)
    return refuse(*call, operation.error());
  if (operation->command.empty())
    return call->fail("command is required");
  operation->session.key = std::move(*key);
  auto progress = exec_progress::of(*call, *operation);
  call->run(std::move(*operation), std::function<void(tool_call&, result<exec_response>)>{
                                     [view, progress](tool_call& to, const result<exec_response>& ran) {
                                       if (progress)
                                         progress->stop();
                                       if (!ran)
                                         return refuse(to, ran.error());
                                       answer(to, *ran, view);
                                     }});
}

} // namespace strata
