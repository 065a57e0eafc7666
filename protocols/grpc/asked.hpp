// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/server_facts.hpp"

#include <chrono>
#include <google/protobuf/message_lite.h>
#include <grpcpp/server_context.h>
#include <optional>
#include <string_view>

namespace strata {

/// "127.0.0.1:40000", "[::1]:40000" from gRPC's "ipv4:127.0.0.1:40000", "ipv6:%5B::1%5D:40000".
std::string peer_text(std::string_view uri);

/// What is known of one call when it arrives.
struct asked {
  asked(const server_facts& of, grpc::CallbackServerContext& where, std::string_view what)
    : facts{of}, context{where}, method{what}, peer{peer_text(where.peer())} {}

  const server_facts& facts;
  grpc::CallbackServerContext& context; ///< until gRPC says that the call is done
  const std::string_view method;        ///< "strata.v1.ShellService/Exec"
  const std::string peer;
  const std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
};

/// What every operation carries, from the metadata x-request-id, idempotency-key and traceparent. Sends the request id back
/// in the initial metadata. `request` is what an idempotency key must come with again; null: it may have no key.
result<call_context> context_of(const asked& call, const google::protobuf::MessageLite* request);

/// The call has ended, for the access log. A client that left: `delivered` is false.
void tell_access(const asked& call, const std::string& request_id, int status, bool delivered);

} // namespace strata
