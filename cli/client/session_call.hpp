// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

#include <strata/v1/session.grpc.pb.h>

namespace strata::client {

using session_stub = v1::SessionService::Stub;

/// A unary call of SessionService, with a deadline. An error of the server is the caller's.
template <class Request, class Response>
result<Response> ask(connection_to_server& server,
                     grpc::Status (session_stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Request& request) {
  STRATA_TRY(const auto channel, server.channel());
  Response response;
  const auto stub = v1::SessionService::NewStub(channel);
  const auto status = (stub.get()->*method)(server.context().get(), request, &response);
  if (!status.ok())
    return error_of(status);
  return response;
}

} // namespace strata::client
