// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/attach_wire.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/terminal.grpc.pb.h>

namespace strata {

/// strata.v1.TerminalService.
class terminal_service final : public v1::TerminalService::CallbackService {
public:
  terminal_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  grpc::ServerBidiReactor<v1::TerminalInput, v1::TerminalEvent>* Attach(grpc::CallbackServerContext* where) override {
    auto call = std::make_shared<terminal_call<attach_wire>>(asked{facts_, *where, "strata.v1.TerminalService/Attach"},
                                                             call_strand{streams_});
    call->open();
    return call.get();
  }
  grpc::ServerUnaryReactor* ResizeTerminal(grpc::CallbackServerContext* where, const v1::ResizeTerminalRequest* request,
                                           v1::ResizeTerminalResponse*) override {
    return answer({facts_, *where, "strata.v1.TerminalService/ResizeTerminal"}, *request, operation_of(*request),
                  [](const resized_terminal&) {});
  }

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
