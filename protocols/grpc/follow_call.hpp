// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/process_messages.hpp"
#include "protocols/grpc/stream_call.hpp"

namespace strata {

/// strata.v1.ProcessService/FollowOutput: a reader of a process' output, at its client's pace.
class follow_call final : public stream_call<grpc::ServerWriteReactor<v1::ProcessEvent>, v1::ProcessEvent> {
public:
  follow_call(const asked& call, call_strand strand, attach_process operation)
    : stream_call{call, strand}, operation_{std::move(operation)} {
    operation_.read_only = true;
  }

private:
  static constexpr std::size_t piece = 64 << 10;

  void begin() override {
    call_.facts.call(std::move(operation_), context_, [weak = weak_from_this(), strand = strand_](auto view) {
      strand.post([weak, view = std::move(view)]() mutable {
        if (auto self = weak.lock())
          static_cast<follow_call&>(*self).start(std::move(view));
      });
    });
  }
  void start(result<process_view> view) {
    if (is_over())
      return;
    if (!view)
      return end(to_status(view.error()));
    view_ = std::move(*view);
    say(event_of(*view_));
  }
  void want_more() override {
    if (!view_ || is_over() || std::exchange(reading_, true))
      return;
    view_->output->read(piece, [weak = weak_from_this(), strand = strand_](journal_batch batch) {
      strand.post([weak, batch = std::move(batch)]() mutable {
        if (auto self = weak.lock())
          static_cast<follow_call&>(*self).take(std::move(batch));
      });
    });
  }
  void take(journal_batch batch) {
    reading_ = false;
    for (auto& record : batch.records)
      say(event_of(std::move(record)));
    if (batch.end) {
      say(event_of(*batch.end, batch.next));
      leave();
      return end(grpc::Status::OK);
    }
    if (is_idle())
      want_more();
  }
  void leave() override {
    if (view_)
      view_->output->cancel();
    view_.reset();
  }
  std::optional<v1::ProcessEvent> keepalive() override {
    v1::ProcessEvent event;
    event.mutable_keepalive();
    return event;
  }

  attach_process operation_;
  std::optional<process_view> view_;
  bool reading_ = false;
};

} // namespace strata
