// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/file_messages.hpp"
#include "protocols/grpc/stream_call.hpp"

namespace strata {

/// strata.v1.FileService/Watch: asks for the next events when the ones before have been taken.
class watch_call final : public stream_call<grpc::ServerWriteReactor<v1::WatchResponse>, v1::WatchResponse> {
public:
  watch_call(const asked& call, call_strand strand, watch_files operation)
    : stream_call{call, strand}, asked_{std::move(operation)} {}

private:
  static constexpr std::int64_t patience_ms = 60'000;

  void begin() override { ask(); }
  void ask() {
    asking_ = true;
    call_id_ = call_.facts.call(asked_, context_, [weak = weak_from_this(), strand = strand_](auto page) {
      strand.post([weak, page = std::move(page)]() mutable {
        if (auto self = weak.lock())
          static_cast<watch_call&>(*self).take(std::move(page));
      });
    });
  }
  void want_more() override {
    if (!is_over() && !asking_ && asked_.wait_ms > 0)
      ask();
  }
  void take(result<file_event_page> page) {
    asking_ = false;
    if (is_over())
      return;
    if (!page)
      return end(to_status(page.error()));
    const bool first = std::exchange(asked_.wait_ms, patience_ms) == 0;
    asked_.since = page->next;
    if (!first && page->items.empty())
      return ask();
    v1::WatchResponse told;
    encode(*page, told);
    say(std::move(told));
  }
  void leave() override {
    if (call_id_ != 0)
      call_.facts.door.disconnect(call_id_);
  }

  watch_files asked_;
  std::uint64_t call_id_ = 0;
  bool asking_ = false;
};

} // namespace strata
