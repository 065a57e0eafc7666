// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/process_feed.hpp"

namespace strata {

/// strata.v1.ShellService/ExecStream.
class exec_stream_call final : public stream_call<grpc::ServerWriteReactor<v1::ProcessEvent>, v1::ProcessEvent>,
                               public process_feed::receiver {
public:
  exec_stream_call(const asked& call, call_strand strand, result<exec_request> operation)
    : stream_call{call, strand}, operation_{std::move(operation)}, feed_{std::make_shared<process_feed>(*this, strand)} {}

private:
  void begin() override {
    if (!operation_)
      return end(to_status(operation_.error()));
    feed_->begin(call_.facts, std::move(*operation_), context_);
  }
  void want_more() override { feed_->want_more(); }
  void leave() override { feed_->leave(); }
  std::optional<v1::ProcessEvent> keepalive() override {
    v1::ProcessEvent event;
    event.mutable_keepalive();
    return event;
  }
  void take(v1::ProcessEvent event) override { say(std::move(event)); }
  void finish(grpc::Status status) override { end(std::move(status)); }

  result<exec_request> operation_;
  const std::shared_ptr<process_feed> feed_;
};

} // namespace strata
