// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/session.grpc.pb.h>

namespace strata {

/// strata.v1.SessionService: each call is one operation.
class session_service final : public v1::SessionService::CallbackService {
public:
  explicit session_service(const server_facts& facts) : facts_{facts} {}

private:
  using reactor = grpc::ServerUnaryReactor;
  using context = grpc::CallbackServerContext;

  reactor* CreateSession(context* where, const v1::CreateSessionRequest* request, v1::CreateSessionResponse* response) override {
    return answer({facts_, *where, "strata.v1.SessionService/CreateSession"}, *request, operation_of(*request),
                  [response](const session_info& session) { encode(session, *response->mutable_session()); });
  }
  reactor* GetSession(context* where, const v1::GetSessionRequest* request, v1::GetSessionResponse* response) override {
    return answer<get_session>({facts_, *where, "strata.v1.SessionService/GetSession"}, *request, operation_of(*request),
                               [response](const session_info& session) { encode(session, *response->mutable_session()); });
  }
  reactor* ListSessions(context* where, const v1::ListSessionsRequest* request, v1::ListSessionsResponse* response) override {
    return answer({facts_, *where, "strata.v1.SessionService/ListSessions"}, *request, operation_of(*request),
                  [response](const session_page& page) { encode(page, *response); });
  }
  reactor* UpdateSession(context* where, const v1::UpdateSessionRequest* request, v1::UpdateSessionResponse* response) override {
    return answer({facts_, *where, "strata.v1.SessionService/UpdateSession"}, *request, operation_of(*request),
                  [response](const session_info& session) { encode(session, *response->mutable_session()); });
  }
  reactor* CloseSession(context* where, const v1::CloseSessionRequest* request, v1::CloseSessionResponse* response) override {
    return answer<close_session>({facts_, *where, "strata.v1.SessionService/CloseSession"}, *request, operation_of(*request),
                                 [response](const close_session_response& closed) { response->set_reason(closed.reason); });
  }
  reactor* GetSessionStats(context* where, const v1::GetSessionStatsRequest* request,
                           v1::GetSessionStatsResponse* response) override {
    return answer<get_session_stats>({facts_, *where, "strata.v1.SessionService/GetSessionStats"}, *request,
                                     operation_of(*request),
                                     [response](const session_stats& stats) { encode(stats, *response); });
  }

  const server_facts& facts_;
};

} // namespace strata
