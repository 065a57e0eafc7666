// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/attach_wire.hpp"
#include "protocols/grpc/process_messages.hpp"
#include "protocols/grpc/terminal_messages.hpp"
#include "protocols/grpc/unary_call.hpp"

#include <strata/v1/terminal.grpc.pb.h>

namespace strata {

/// strata.v1.TerminalService.
class terminal_service final : public v1::TerminalService::CallbackService {
public:
  terminal_service(const server_facts& facts, call_threads streams) : facts_{facts}, streams_{std::move(streams)} {}

private:
  using reactor = grpc::ServerUnaryReactor;
  using context = grpc::CallbackServerContext;

  grpc::ServerBidiReactor<v1::TerminalInput, v1::TerminalEvent>* Attach(context* where) override {
    auto call = std::make_shared<terminal_call<attach_wire>>(asked{facts_, *where, "strata.v1.TerminalService/Attach"},
                                                             call_strand{streams_});
    call->open();
    return call.get();
  }
  reactor* OpenTerminal(context* where, const v1::OpenTerminalRequest* request, v1::OpenTerminalResponse* response) override {
    return answer({facts_, *where, "strata.v1.TerminalService/OpenTerminal"}, *request, operation_of(*request),
                  [response](const process_info& terminal) {
                    encode(terminal, *response->mutable_terminal());
                    response->set_created(terminal.created);
                    response->set_session_created(terminal.session_created);
                    response->set_session_uid(terminal.session_uid);
                  });
  }
  reactor* GetTerminal(context* where, const v1::GetTerminalRequest* request, v1::GetTerminalResponse* response) override {
    return answer<get_process>({facts_, *where, "strata.v1.TerminalService/GetTerminal"}, *request, operation_of(*request),
                               [response](const process_info& terminal) { encode(terminal, *response->mutable_terminal()); });
  }
  reactor* ListTerminals(context* where, const v1::ListTerminalsRequest* request, v1::ListTerminalsResponse* response) override {
    return answer({facts_, *where, "strata.v1.TerminalService/ListTerminals"}, *request, operation_of(*request),
                  [response](const process_page& page) {
                    for (const auto& terminal : page.items)
                      encode(terminal, *response->add_terminals());
                    response->set_next_page_token(page.next_cursor);
                  });
  }
  reactor* ResizeTerminal(context* where, const v1::ResizeTerminalRequest* request,
                          v1::ResizeTerminalResponse* response) override {
    return answer({facts_, *where, "strata.v1.TerminalService/ResizeTerminal"}, *request, operation_of(*request),
                  [response](const process_info& terminal) { encode(terminal, *response->mutable_terminal()); });
  }
  reactor* CloseTerminal(context* where, const v1::CloseTerminalRequest* request, v1::CloseTerminalResponse* response) override {
    return answer({facts_, *where, "strata.v1.TerminalService/CloseTerminal"}, *request, operation_of(*request),
                  [response](const process_info& terminal) { encode(terminal, *response->mutable_terminal()); });
  }
  reactor* SendInput(context* where, const v1::SendInputRequest* request, v1::SendInputResponse* response) override {
    return answer({facts_, *where, "strata.v1.TerminalService/SendInput"}, *request, operation_of(*request),
                  [response](const accepted_input& input) {
                    response->set_accepted(input.accepted);
                    response->set_offset(input.offset);
                  });
  }
  reactor* GetScreen(context* where, const v1::GetScreenRequest* request, v1::GetScreenResponse* response) override {
    return answer({facts_, *where, "strata.v1.TerminalService/GetScreen"}, *request, operation_of(*request),
                  [response](const screen_shot& shot) { encode(shot, *response); });
  }

  const server_facts& facts_;
  const call_threads streams_;
};

} // namespace strata
