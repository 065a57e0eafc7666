// SPDX-License-Identifier: MIT
#include "cli/client/detached.hpp"

#include "cli/client/console.hpp"
#include "cli/client/session_call.hpp"

#include <strata/v1/process.grpc.pb.h>
#include <unistd.h>

namespace strata::client {

result<int> start_detached(connection_to_server& server, const v1::RunRequest::Start& start, const invocation& given) {
  if (given.has("--shell") || given.has("--wait") || given.has("--on-disconnect"))
    return error{errc::invalid_argument,
                 "-d runs beside the command shells and waits for nothing: no --shell, --wait, --on-disconnect"};
  v1::StartProcessRequest request;
  *request.mutable_session() = start.session();
  request.set_create(start.create());
  *request.mutable_argv() = start.argv();
  request.set_command(start.command());
  request.set_cwd(start.cwd());
  *request.mutable_env() = start.env();
  request.set_user(start.user());
  request.set_merge(start.merge());
  request.set_tag(given.value("--tag"));
  if (start.has_timeout())
    *request.mutable_timeout() = start.timeout();
  if (given.has("-t,--tty")) {
    request.mutable_terminal()->set_cols(80);
    request.mutable_terminal()->set_rows(24);
    request.set_name(given.value("--name"));
  } else if (given.has("--name")) {
    return error{errc::invalid_argument, "--name needs a terminal (-t)"};
  }
  request.set_stdin(given.has("-i,--interactive"));
  STRATA_TRY(const auto started, ask(server, &v1::ProcessService::Stub::StartProcess, request));
  write_all(STDOUT_FILENO, started.process().id() + '\n');
  return 0;
}

} // namespace strata::client
