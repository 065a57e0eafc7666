// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/seed_wire.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <sandbox/sandbox.grpc.pb.h>

namespace strata {

/// The first Strata's service, sandbox.SandboxService: its own names and its own ways to tell a failure.
class seed_service final : public ::sandbox::SandboxService::CallbackService {
public:
  seed_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  using reactor = grpc::ServerUnaryReactor;
  using context = grpc::CallbackServerContext;

  reactor* CreateSession(context* where, const ::sandbox::CreateSessionRequest* request,
                         ::sandbox::CreateSessionResponse* response) override;
  reactor* CloseSession(context* where, const ::sandbox::CloseSessionRequest* request,
                        ::sandbox::CloseSessionResponse* response) override;
  reactor* Exec(context* where, const ::sandbox::ExecRequest* request, ::sandbox::ExecResponse* response) override;
  grpc::ServerBidiReactor<::sandbox::ShellInput, ::sandbox::ShellOutput>* Shell(context* where) override;
  reactor* Stats(context* where, const ::sandbox::StatsRequest* request, ::sandbox::StatsResponse* response) override;

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
