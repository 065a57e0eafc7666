// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/run_call.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/process.grpc.pb.h>

namespace strata {

/// strata.v1.ProcessService.
class process_service final : public v1::ProcessService::CallbackService {
public:
  process_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  grpc::ServerBidiReactor<v1::RunRequest, v1::ProcessEvent>* Run(grpc::CallbackServerContext* where) override {
    auto call = std::make_shared<run_call>(asked{facts_, *where, "strata.v1.ProcessService/Run"}, call_strand{streams_});
    call->open();
    return call.get();
  }
  grpc::ServerUnaryReactor* SignalProcess(grpc::CallbackServerContext* where, const v1::SignalProcessRequest* request,
                                          v1::SignalProcessResponse*) override {
    return answer({facts_, *where, "strata.v1.ProcessService/SignalProcess"}, *request, operation_of(*request),
                  [](const signalled_process&) {});
  }

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
