// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/follow_call.hpp"
#include "protocols/grpc/process_messages.hpp"
#include "protocols/grpc/process_wire.hpp"
#include "protocols/grpc/run_call.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/process.grpc.pb.h>

namespace strata {

/// strata.v1.ProcessService.
class process_service final : public v1::ProcessService::CallbackService {
public:
  process_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  using reactor = grpc::ServerUnaryReactor;
  using context = grpc::CallbackServerContext;

  grpc::ServerBidiReactor<v1::RunRequest, v1::ProcessEvent>* Run(context* where) override {
    auto call = std::make_shared<run_call>(asked{facts_, *where, "strata.v1.ProcessService/Run"}, call_strand{streams_});
    call->open();
    return call.get();
  }
  grpc::ServerWriteReactor<v1::ProcessEvent>* FollowOutput(context* where, const v1::FollowOutputRequest* request) override {
    auto call = std::make_shared<follow_call>(asked{facts_, *where, "strata.v1.ProcessService/FollowOutput"},
                                              call_strand{streams_}, operation_of(*request));
    call->open();
    return call.get();
  }
  grpc::ServerBidiReactor<v1::AttachRequest, v1::ProcessEvent>* Attach(context* where) override {
    auto call = std::make_shared<terminal_call<process_wire>>(asked{facts_, *where, "strata.v1.ProcessService/Attach"},
                                                              call_strand{streams_});
    call->open();
    return call.get();
  }
  reactor* StartProcess(context* where, const v1::StartProcessRequest* request, v1::StartProcessResponse* response) override {
    return answer({facts_, *where, "strata.v1.ProcessService/StartProcess"}, *request, operation_of(*request),
                  [response](const process_info& process) {
                    encode(process, *response->mutable_process());
                    response->set_session_created(process.session_created);
                    response->set_session_uid(process.session_uid);
                  });
  }
  reactor* GetProcess(context* where, const v1::GetProcessRequest* request, v1::GetProcessResponse* response) override {
    return answer<get_process>({facts_, *where, "strata.v1.ProcessService/GetProcess"}, *request, operation_of(*request),
                               [response](const process_info& process) { encode(process, *response->mutable_process()); });
  }
  reactor* ListProcesses(context* where, const v1::ListProcessesRequest* request, v1::ListProcessesResponse* response) override {
    return answer({facts_, *where, "strata.v1.ProcessService/ListProcesses"}, *request, operation_of(*request),
                  [response](const process_page& page) { encode(page, *response); });
  }
  reactor* WaitProcess(context* where, const v1::WaitProcessRequest* request, v1::WaitProcessResponse* response) override {
    return answer({facts_, *where, "strata.v1.ProcessService/WaitProcess"}, *request, operation_of(*request),
                  [response](const process_info& process) { encode(process, *response->mutable_process()); });
  }
  reactor* EndProcess(context* where, const v1::EndProcessRequest* request, v1::EndProcessResponse* response) override {
    return answer({facts_, *where, "strata.v1.ProcessService/EndProcess"}, *request, operation_of(*request),
                  [response](const process_info& process) { encode(process, *response->mutable_process()); });
  }
  reactor* SignalProcess(context* where, const v1::SignalProcessRequest* request, v1::SignalProcessResponse*) override {
    return answer({facts_, *where, "strata.v1.ProcessService/SignalProcess"}, *request, operation_of(*request),
                  [](const signalled_process&) {});
  }
  reactor* WriteStdin(context* where, const v1::WriteStdinRequest* request, v1::WriteStdinResponse* response) override {
    return answer({facts_, *where, "strata.v1.ProcessService/WriteStdin"}, *request, operation_of(*request),
                  [response](const accepted_input& input) {
                    response->set_accepted(input.accepted);
                    response->set_offset(input.offset);
                  });
  }
  reactor* CloseStdin(context* where, const v1::CloseStdinRequest* request, v1::CloseStdinResponse*) override {
    return answer<write_stdin>({facts_, *where, "strata.v1.ProcessService/CloseStdin"}, *request, operation_of(*request),
                               [](const accepted_input&) {});
  }
  reactor* ReadOutput(context* where, const v1::ReadOutputRequest* request, v1::ReadOutputResponse* response) override {
    return answer({facts_, *where, "strata.v1.ProcessService/ReadOutput"}, *request, operation_of(*request),
                  [response](const output_page& page) { encode(page, *response); });
  }

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
