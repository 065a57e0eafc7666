// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/process_feed.hpp"

namespace strata {

/// strata.v1.ProcessService/Run. Input is read on while less than 256 KiB wait for the program; a signal or a resize is done
/// before the next message is read.
class run_call final : public stream_call<grpc::ServerBidiReactor<v1::RunRequest, v1::ProcessEvent>, v1::ProcessEvent>,
                       public process_feed::receiver {
public:
  run_call(const asked& call, call_strand strand)
    : stream_call{call, strand}, feed_{std::make_shared<process_feed>(*this, strand)} {}

private:
  void OnReadDone(bool ok) override;

  void begin() override { StartRead(&message_); }
  void want_more() override;
  void leave() override;
  std::optional<v1::ProcessEvent> keepalive() override;
  void take(v1::ProcessEvent event) override { say(std::move(event)); }
  void finish(grpc::Status status) override { end(std::move(status)); }

  void read_on();
  void on_message();
  void on_half_close();
  void start(const v1::RunRequest::Start& how);
  void give_input(std::string bytes);
  void on_taken(std::size_t bytes, bool accepted);
  template <class Operation> void control(result<Operation> operation);
  void refuse(const error& why);
  void fail(std::string message);

  v1::RunRequest message_;
  const std::shared_ptr<process_feed> feed_;
  std::shared_ptr<input_stream> input_; ///< null: none was announced, or it has ended
  session_ref session_;
  std::string id_;          ///< of the process, once it has started
  bool started_ = false;    ///< the first message came
  bool held_ = false;       ///< a message waits in message_ for the process to start
  bool full_ = false;       ///< the next message waits for the program to take input
  std::size_t untaken_ = 0; ///< bytes
  v1::ProcessEvent::Input input_told_;
  bool input_news_ = false;
};

} // namespace strata
