// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

#include <strata/v1/session.grpc.pb.h>

namespace strata::client {

using session_stub = v1::SessionService::Stub;

/// A unary call of a service, with a deadline. An error of the server is the caller's.
template <class Stub, class Request, class Response>
result<Response> ask(connection_to_server& server, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Request& request, std::chrono::seconds patience = std::chrono::seconds{60}) {
  STRATA_TRY(const auto channel, server.channel());
  Response response;
  Stub stub{channel};
  const auto status = (stub.*method)(server.context(patience).get(), request, &response);
  if (!status.ok())
    return error_of(status);
  return response;
}

} // namespace strata::client
