// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/sessions.hpp"

#include "protocols/json/session_json.hpp"

namespace strata {

namespace {

/// The structured result is the text as well, for models that read only that.
void succeed(tool_call& call, ordered_json structured) {
  auto text = to_text(structured);
  call.succeed(std::move(structured), {std::move(text)});
}

/// Runs it if it could be decoded; an error is the tool's result.
template <class Operation, class Encode>
void run(const std::shared_ptr<tool_call>& call, result<Operation> operation, Encode encode) {
  if (!operation)
    return call->fail(operation.error());
  using outcome = result<typename Operation::response>;
  call->run(std::move(*operation), std::function<void(tool_call&, outcome)>{[encode](tool_call& to, const outcome& done) {
              if (!done)
                return to.fail(done.error());
              succeed(to, encode(*done));
            }});
}

result<session_ref> named(const tool_call& call) {
  STRATA_TRY(auto key, call.identity());
  if (key.owner_id.empty() || key.session_id.empty())
    return error{errc::invalid_argument, "owner_id and session_id are required"};
  return session_ref{std::move(key), {}};
}

result<create_session> decode_create(const tool_call& call) {
  STRATA_CHECK(call.allow_only(
    {"owner_id", "session_id", "uid", "sid", "metadata", "env", "user", "cwd", "network", "idle_ttl_ms", "expires_in_ms"}));
  create_session operation;
  STRATA_TRY(operation.key, call.identity());
  operation.generate_id = operation.key.session_id.empty();
  STRATA_CHECK(call.read("metadata", operation.metadata));
  STRATA_CHECK(call.read("env", operation.env));
  STRATA_CHECK(call.read("user", operation.user));
  STRATA_CHECK(call.read("cwd", operation.cwd));
  STRATA_CHECK(call.read("network", operation.network.mode));
  STRATA_CHECK(call.read("idle_ttl_ms", operation.idle_ttl_ms));
  STRATA_CHECK(call.read("expires_in_ms", operation.expires_in_ms));
  return operation;
}

result<list_sessions> decode_session_list(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "uid", "state", "limit", "cursor"}));
  list_sessions operation;
  STRATA_TRY(auto key, call.identity());
  operation.owner = std::move(key.owner_id);
  std::string state;
  STRATA_CHECK(call.read("state", state));
  if (!state.empty()) {
    const auto known = parse_session_state(state);
    if (!known)
      return error{errc::invalid_argument, "state: no state is called so", {{"field", "state"}}};
    operation.states.push_back(*known);
  }
  STRATA_CHECK(call.read("limit", operation.limit));
  STRATA_CHECK(call.read("cursor", operation.cursor));
  return operation;
}

result<get_session> decode_get(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid"}));
  STRATA_TRY(auto session, named(call));
  return get_session{std::move(session)};
}

result<update_session> decode_update(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "metadata", "idle_ttl_ms", "expires_in_ms"}));
  update_session operation;
  STRATA_TRY(operation.session, named(call));
  STRATA_CHECK(call.read("metadata", operation.metadata));
  STRATA_CHECK(call.read("idle_ttl_ms", operation.idle_ttl_ms));
  STRATA_CHECK(call.read("expires_in_ms", operation.expires_in_ms));
  return operation;
}

result<close_session> decode_close(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid"}));
  STRATA_TRY(auto session, named(call));
  return close_session{std::move(session)};
}

ordered_json shown_session(const session_info& session) { return to_json(session); }

} // namespace

void run_session_create(std::shared_ptr<tool_call> call) { run(call, decode_create(*call), shown_session); }

void run_session_list(std::shared_ptr<tool_call> call) {
  run(call, decode_session_list(*call), [](const session_page& page) { return to_json(page); });
}

void run_session_get(std::shared_ptr<tool_call> call) { run(call, decode_get(*call), shown_session); }

void run_session_update(std::shared_ptr<tool_call> call) { run(call, decode_update(*call), shown_session); }

void run_session_close(std::shared_ptr<tool_call> call) {
  run(call, decode_close(*call), [](const close_session_response& closed) {
    return ordered_json{{"status", "closed"}, {"reason", closed.reason}};
  });
}

void run_server_stats(std::shared_ptr<tool_call> call) {
  auto allowed = call->allow_only({});
  run(call, allowed ? result<get_stats>{get_stats{}} : result<get_stats>{allowed.error()}, [](const server_stats& stats) {
    return ordered_json{
      {"active_sessions", stats.active_sessions}, {"max_sessions", stats.max_sessions}, {"draining", stats.draining}};
  });
}

} // namespace strata
