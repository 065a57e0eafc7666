// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/exec_stream_call.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/shell.grpc.pb.h>

namespace strata {

/// strata.v1.ShellService.
class shell_service final : public v1::ShellService::CallbackService {
public:
  /// `streams` runs the streaming calls.
  shell_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  using reactor = grpc::ServerUnaryReactor;
  using context = grpc::CallbackServerContext;

  reactor* Exec(context* where, const v1::ExecRequest* request, v1::ExecResponse* response) override {
    return answer({facts_, *where, "strata.v1.ShellService/Exec"}, *request, operation_of(*request),
                  [response](const exec_response& ran) { encode(ran, *response); });
  }
  grpc::ServerWriteReactor<v1::ProcessEvent>* ExecStream(context* where, const v1::ExecRequest* request) override {
    auto call = std::make_shared<exec_stream_call>(asked{facts_, *where, "strata.v1.ShellService/ExecStream"},
                                                   call_strand{streams_}, operation_of(*request));
    call->open();
    return call.get();
  }
  reactor* CreateShell(context* where, const v1::CreateShellRequest* request, v1::CreateShellResponse* response) override {
    return answer<open_shell>({facts_, *where, "strata.v1.ShellService/CreateShell"}, *request, operation_of(*request),
                              [response](const shell_info& shell) { encode(shell, *response->mutable_shell()); });
  }
  reactor* ListShells(context* where, const v1::ListShellsRequest* request, v1::ListShellsResponse* response) override {
    return answer<list_shells>({facts_, *where, "strata.v1.ShellService/ListShells"}, *request, operation_of(*request),
                               [response](const shell_list& list) { encode(list, *response); });
  }
  reactor* CloseShell(context* where, const v1::CloseShellRequest* request, v1::CloseShellResponse*) override {
    return answer<close_shell>({facts_, *where, "strata.v1.ShellService/CloseShell"}, *request, operation_of(*request),
                               [](const closed_shell&) {});
  }

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
