// SPDX-License-Identifier: MIT
#include "protocols/grpc/services/seed_service.hpp"

#include "protocols/grpc/session_messages.hpp"
#include "protocols/json/times.hpp"
#include "protocols/json/utf8.hpp"
#include "protocols/seed_output.hpp"

#include <algorithm>
#include <limits>

namespace strata {

namespace {

constexpr std::int64_t default_timeout_ms = 30'000;
/// What of an answer may be output, so that it fits the 4 MiB that clients take unless they are told otherwise.
constexpr std::size_t most_output = (4 << 20) - (64 << 10);

std::int32_t bounded(std::int64_t value) {
  return static_cast<std::int32_t>(std::min<std::int64_t>(value, std::numeric_limits<std::int32_t>::max()));
}

session_key key_of(const auto& request) { return {request.ownerid(), request.sessionid()}; }

/// The seed's two texts, which its clients look for.
result<session_key> required_key(const auto& request) {
  if (request.ownerid().empty() || request.sessionid().empty())
    return error{errc::invalid_argument, "owner_id and session_id are required"};
  return key_of(request);
}

result<exec_request> operation_of(const ::sandbox::ExecRequest& request) {
  exec_request operation;
  STRATA_TRY(operation.session.key, required_key(request));
  if (request.command().empty())
    return error{errc::invalid_argument, "command is required"};
  operation.command = request.command();
  operation.timeout_ms = request.timeoutms() > 0 ? request.timeoutms() : default_timeout_ms;
  return operation;
}

result<create_session> operation_of(const ::sandbox::CreateSessionRequest& request) {
  create_session operation;
  STRATA_TRY(operation.key, required_key(request));
  return operation;
}

/// Bytes that are no UTF-8 take three each as text, so that 2 MiB may not fit: then the middle is left out.
void fit(std::string& text, std::size_t most, bool& cut) {
  if (text.size() <= most)
    return;
  cut = true;
  auto head = text.substr(0, most / 2);
  head.resize(head.size() - cut_at_end(head));
  auto tail = text.substr(text.size() - most / 2);
  tail.erase(0, cut_at_start(tail));
  text = head + tail;
}

void encode(const exec_response& ran, ::sandbox::ExecResponse& into) {
  bool truncated = ran.truncated;
  auto output = trim_as_seed(show_output(ran.output, false).text);
  fit(output, most_output, truncated);
  const auto room = most_output - output.size();
  auto complaints = ran.stderr_output.data;
  if (complaints.size() > room) {
    truncated = true;
    complaints.resize(room);
  }
  into.set_output(std::move(output));
  into.set_elapsed(go_duration(ran.elapsed_ms));
  into.set_truncated(truncated);
  into.set_stderr(std::move(complaints));
  if (ran.exit_code)
    into.set_exitcode(*ran.exit_code);
  into.set_timedout(ran.timed_out);
  into.set_reason(ran.reason);
}

} // namespace

seed_service::reactor* seed_service::CreateSession(context* where, const ::sandbox::CreateSessionRequest* request,
                                                   ::sandbox::CreateSessionResponse* response) {
  return answer({facts_, *where, "sandbox.SandboxService/CreateSession"}, *request, operation_of(*request),
                [response](const session_info& session) {
                  response->set_ownerid(proto_text(session.key.owner_id));
                  response->set_sessionid(proto_text(session.key.session_id));
                  response->set_createdat(format_time(session.created_at));
                  response->set_created(session.created);
                });
}

/// A session that is not there is no failure of the call here.
seed_service::reactor* seed_service::CloseSession(context* where, const ::sandbox::CloseSessionRequest* request,
                                                  ::sandbox::CloseSessionResponse* response) {
  auto call = std::make_shared<unary_call>(asked{facts_, *where, "sandbox.SandboxService/CloseSession"});
  auto key = required_key(*request);
  auto operation = key ? result<close_session>{close_session{{*key, {}}}} : result<close_session>{key.error()};
  call->begin(
    std::move(operation), *request,
    [response](const close_session_response&) {
      response->set_success(true);
      response->set_message("closed");
    },
    [response](const error& failure) {
      if (failure.code != errc::session_not_found)
        return to_status(failure);
      response->set_message(proto_text(failure.message));
      return grpc::Status::OK;
    });
  return call.get();
}

/// A failure is a text in the answer.
seed_service::reactor* seed_service::Exec(context* where, const ::sandbox::ExecRequest* request,
                                          ::sandbox::ExecResponse* response) {
  auto call = std::make_shared<unary_call>(asked{facts_, *where, "sandbox.SandboxService/Exec"});
  call->begin(
    operation_of(*request), *request, [response](const exec_response& ran) { encode(ran, *response); },
    [response](const error& failure) {
      response->set_error(proto_text(failure.message));
      response->set_code(std::string{to_string(failure.code)});
      return grpc::Status::OK;
    });
  return call.get();
}

grpc::ServerBidiReactor<::sandbox::ShellInput, ::sandbox::ShellOutput>* seed_service::Shell(context* where) {
  auto call =
    std::make_shared<terminal_call<seed_wire>>(asked{facts_, *where, "sandbox.SandboxService/Shell"}, call_strand{streams_});
  call->open();
  return call.get();
}

seed_service::reactor* seed_service::Stats(context* where, const ::sandbox::StatsRequest* request,
                                           ::sandbox::StatsResponse* response) {
  return answer<get_stats>({facts_, *where, "sandbox.SandboxService/Stats"}, *request, get_stats{},
                           [response](const server_stats& stats) {
                             response->set_activesessions(bounded(stats.active_sessions));
                             response->set_maxsessions(bounded(stats.max_sessions));
                           });
}

} // namespace strata
