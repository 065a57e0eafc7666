// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "protocols/grpc/stream_call.hpp"

#include <strata/v1/process.pb.h>

namespace strata {

/// A command's life as the events of a streaming call: started, its output in order of arrival, its end. Output is read
/// only when the call asks for more, so the client's pace is the command's. Everything on the call's strand.
class process_feed : public std::enable_shared_from_this<process_feed> {
public:
  /// The call that it feeds; it owns the feed.
  class receiver {
  public:
    virtual void take(v1::ProcessEvent event) = 0;
    /// After what was told.
    virtual void finish(grpc::Status status) = 0;

  protected:
    ~receiver() = default;
  };

  process_feed(receiver& to, call_strand strand) : to_{&to}, strand_{std::move(strand)} {}

  /// Once. `begun` is called after the event, before any output.
  void begin(const server_facts& facts, exec_request operation, call_context context,
             std::function<void(const exec_started&)> begun = {});
  void want_more();
  /// The client is gone: the gateway hears of it, and nothing more is told.
  void leave();

private:
  void start(exec_started begun);
  void read_on(journal_batch batch);
  void end_if_over();

  receiver* to_; ///< null once it has left
  const call_strand strand_;
  const server_facts* facts_ = nullptr;
  std::uint64_t call_id_ = 0;
  std::function<void(const exec_started&)> begun_;
  std::shared_ptr<journal_reader> output_; ///< empty before the start
  bool reading_ = false;
  bool read_all_ = false;
  std::optional<result<exec_response>> answer_;
};

} // namespace strata
