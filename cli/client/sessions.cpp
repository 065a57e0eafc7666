// SPDX-License-Identifier: MIT
#include "cli/client/sessions.hpp"

#include "cli/client/flag_values.hpp"
#include "cli/client/session_call.hpp"
#include "cli/client/session_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <strata/v1/system.grpc.pb.h>

namespace strata::client {

namespace {

session_name name_of(const v1::Session& session) { return {session.owner_id(), session.session_id(), {}}; }

result<int> make_session(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  v1::CreateSessionRequest request;
  if (given.arguments.empty()) {
    if (server.owner().empty())
      return error{errc::invalid_argument, "no session is named (OWNER/SESSION, or --owner for one that the server names)"};
    request.mutable_session()->set_owner_id(server.owner());
    request.set_generate_id(true);
  } else {
    STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
    *request.mutable_session() = ref_of(name);
  }
  STRATA_CHECK(read_pairs(given, "--env", *request.mutable_env()));
  STRATA_CHECK(read_pairs(given, "--meta", *request.mutable_metadata()));
  STRATA_TRY(const auto idle_ttl, read_time(given, "--ttl"));
  if (idle_ttl)
    *request.mutable_idle_ttl() = *idle_ttl;
  STRATA_TRY(const auto expires_in, read_time(given, "--expires"));
  if (expires_in)
    *request.mutable_expires_in() = *expires_in;
  if (given.has("--network"))
    request.mutable_network()->set_mode(given.value("--network"));
  request.set_cwd(given.value("--cwd"));
  request.set_user(given.value("--as"));
  if (const auto exists = given.value("--if-exists"); exists == "fail")
    request.set_if_exists(v1::CreateSessionRequest::IF_EXISTS_FAIL);
  else if (!exists.empty() && exists != "reuse")
    return error{errc::invalid_argument, "--if-exists: expected reuse or fail"};
  STRATA_TRY(const auto made, ask(server, &session_stub::CreateSession, request));
  out << (given.has("--json") ? session_json(made.session()).dump(2) : to_string(name_of(made.session()))) << '\n';
  return 0;
}

result<std::vector<v1::Session>> all_sessions(connection_to_server& server, v1::ListSessionsRequest request) {
  std::vector<v1::Session> found;
  do {
    STRATA_TRY(auto page, ask(server, &session_stub::ListSessions, request));
    std::move(page.mutable_sessions()->begin(), page.mutable_sessions()->end(), std::back_inserter(found));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return found;
}

result<int> list(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  v1::ListSessionsRequest request;
  request.set_owner_id(server.owner());
  STRATA_CHECK(read_pairs(given, "--meta", *request.mutable_metadata()));
  if (given.has("--state"))
    for (const auto& name : given.flags.at("--state")) {
      auto state = static_cast<int>(v1::SESSION_STATE_FAILED);
      while (state > 0 && state_text(static_cast<v1::SessionState>(state)) != name)
        --state;
      if (state == 0)
        return error{errc::invalid_argument, fmt::format("--state: no state is called {}", name)};
      request.add_states(static_cast<v1::SessionState>(state));
    }
  STRATA_TRY(const auto sessions, all_sessions(server, request));
  if (given.has("--json")) {
    auto items = nlohmann::ordered_json::array();
    for (const auto& each : sessions)
      items.push_back(session_json(each));
    out << items.dump(2) << '\n';
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  if (!given.has("-q,--quiet"))
    rows.push_back({"SESSION", "STATE", "CREATED", "ACTIVE", "UID"});
  for (const auto& each : sessions)
    if (given.has("-q,--quiet"))
      rows.push_back({to_string(name_of(each))});
    else
      rows.push_back({to_string(name_of(each)), state_text(each.state()), time_text(each.created_at()),
                      time_text(each.last_active_at()), each.uid()});
  out << table_text(rows);
  return 0;
}

result<int> inspect(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
  v1::GetSessionRequest request;
  *request.mutable_session() = ref_of(name);
  STRATA_TRY(const auto found, ask(server, &session_stub::GetSession, request));
  out << session_json(found.session()).dump(2) << '\n';
  return 0;
}

result<int> remove(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  std::vector<session_name> names;
  for (const auto& word : given.arguments) {
    STRATA_TRY(auto name, parse_session_name(word, server.owner()));
    names.push_back(std::move(name));
  }
  if (given.has("--all")) {
    if (!names.empty() || server.owner().empty() || !given.has("-f,--force"))
      return error{errc::invalid_argument, "--all closes every session of --owner, and needs -f and no names"};
    v1::ListSessionsRequest request;
    request.set_owner_id(server.owner());
    for (const auto state : {v1::SESSION_STATE_CREATING, v1::SESSION_STATE_READY})
      request.add_states(state);
    STRATA_TRY(const auto sessions, all_sessions(server, request));
    std::transform(sessions.begin(), sessions.end(), std::back_inserter(names), name_of);
  } else if (names.empty()) {
    return error{errc::invalid_argument, "no session is named (strata rm OWNER/SESSION...)"};
  }
  // Each is tried; the first failure is the command's.
  result<int> outcome{0};
  auto closed = nlohmann::ordered_json::array();
  for (const auto& name : names) {
    v1::CloseSessionRequest request;
    *request.mutable_session() = ref_of(name);
    const auto done = ask(server, &session_stub::CloseSession, request);
    if (done)
      closed.push_back({{"session", to_string(name)}, {"status", "closed"}, {"reason", done->reason()}});
    else if (outcome && !(given.has("-f,--force") && done.error().code == errc::session_not_found))
      outcome = error{done.error().code, fmt::format("close {}: {}", to_string(name), done.error().message)};
  }
  if (given.has("--json"))
    out << closed.dump(2) << '\n';
  return outcome;
}

result<int> stats(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  nlohmann::ordered_json figures;
  if (given.arguments.empty()) {
    v1::GetStatsResponse response;
    STRATA_TRY(const auto channel, server.channel());
    const auto status = v1::SystemService::NewStub(channel)->GetStats(server.context().get(), {}, &response);
    if (!status.ok())
      return error_of(status);
    figures = {{"active_sessions", response.active_sessions()},
               {"max_sessions", response.max_sessions()},
               {"draining", response.draining()}};
  } else {
    STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
    v1::GetSessionStatsRequest request;
    *request.mutable_session() = ref_of(name);
    STRATA_TRY(const auto found, ask(server, &session_stub::GetSessionStats, request));
    figures = stats_json(found);
  }
  if (given.has("--json")) {
    out << figures.dump(2) << '\n';
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [figure, value] : figures.items())
    rows.push_back({figure, value.is_null() ? "unknown" : value.dump()});
  out << table_text(rows);
  return 0;
}

} // namespace

std::vector<command> session_commands(std::ostream& out) {
  const auto doing = [&out](result<int> (*what)(const invocation&, std::ostream&)) {
    return [&out, what](const invocation& given) { return what(given, out); };
  };
  const command_argument one{"SESSION", "OWNER/SESSION, SESSION with --owner, or @UID"};
  return {
    {.words = {"new"},
     .summary = "make a session, or get the one of that name; prints its name",
     .arguments = {{"SESSION", "OWNER/SESSION; left out: the server names one of --owner", false}},
     .flags = with_client_flags({{"--ttl", "TIME", "end after this much idleness; 0: never"},
                                 {"--expires", "TIME", "end at this time from now, whatever goes on"},
                                 {"--env", "NAME=VALUE", "environment of every command; may be repeated", true},
                                 {"--meta", "NAME=VALUE", "label; may be repeated", true},
                                 {"--network", "none|host", "what it may reach"},
                                 {"--as", "USER", "account inside"},
                                 {"--cwd", "DIR", "directory in which shells start"},
                                 {"--if-exists", "reuse|fail", "what to do when it is there; reuse if not given"},
                                 json_flag}),
     .run = doing(make_session)},
    {.words = {"ls"},
     .summary = "list sessions, the newest first",
     .flags = with_client_flags({{"--state", "STATE", "only of this state; may be repeated", true},
                                 {"--meta", "NAME=VALUE", "only with this label; may be repeated", true},
                                 {"-q,--quiet", "", "names only"},
                                 json_flag}),
     .run = doing(list)},
    {.words = {"inspect"},
     .summary = "what is known of a session, as JSON",
     .arguments = {one},
     .flags = with_client_flags({json_flag}),
     .run = doing(inspect)},
    {.words = {"rm"},
     .summary = "close sessions: their processes, terminals and files",
     .arguments = {{"SESSION", "OWNER/SESSION, SESSION with --owner, or @UID", false, true}},
     .flags = with_client_flags({{"-f,--force", "", "one that is not there is no failure"},
                                 {"--all", "", "with -f: every session of --owner"},
                                 json_flag}),
     .run = doing(remove)},
    {.words = {"stats"},
     .summary = "what a server or a session uses",
     .arguments = {{"SESSION", "left out: the server", false}},
     .flags = with_client_flags({json_flag}),
     .run = doing(stats)},
  };
}

} // namespace strata::client
