// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/asked.hpp"
#include "protocols/grpc/status.hpp"

#include <atomic>
#include <functional>
#include <grpcpp/support/server_callback.h>
#include <memory>

namespace strata {

/// One call with one answer. Whoever comes first ends it: the gateway's answer, the client's leaving, or the loss of the
/// answer. It keeps itself alive until gRPC is done with it.
class unary_call final : public grpc::ServerUnaryReactor, public std::enable_shared_from_this<unary_call> {
public:
  explicit unary_call(const asked& call) : call_{call} {}

  /// Begins `operation`; `encode` writes gRPC's response message. `outcome` makes a status of an error (a seed's call may
  /// have its own way and write it into the response).
  template <class Operation, class Encode, class Refuse>
  void begin(result<Operation> operation, const google::protobuf::MessageLite& request, Encode encode, Refuse refuse) {
    self_ = shared_from_this();
    auto context = context_of(call_, &request);
    if (context)
      request_id_ = context->request_id;
    if (!context || !operation)
      return finish([&] { return refuse(context ? operation.error() : context.error()); });
    auto watch = std::make_shared<reply_watch>(self_);
    call_id_ =
      call_.facts.call(std::move(*operation), std::move(*context), [watch = std::move(watch), encode, refuse](auto reply) {
        if (auto self = std::exchange(watch->awaits, nullptr))
          self->finish([&] {
            if (!reply)
              return refuse(reply.error());
            encode(*reply);
            return grpc::Status::OK;
          });
      });
    if (left_)
      call_.facts.door.disconnect(call_id_);
  }

  void end_at_once() {
    self_ = shared_from_this();
    auto context = context_of(call_, nullptr);
    if (context)
      request_id_ = context->request_id;
    finish([&] { return context ? grpc::Status::OK : to_status(context.error()); });
  }

  /// Ends it with what `how` gives, unless it has ended already; then `how` is not called and the response not touched.
  template <class How> void finish(How how) {
    if (finished_.exchange(true))
      return;
    const grpc::Status status = how();
    status_ = static_cast<int>(status.error_code());
    Finish(status);
  }

private:
  /// Goes with a reply: one that is destroyed uncalled is an answer as well.
  struct reply_watch {
    explicit reply_watch(std::shared_ptr<unary_call> of) : awaits{std::move(of)} {}
    reply_watch(const reply_watch&) = delete;
    reply_watch& operator=(const reply_watch&) = delete;
    ~reply_watch() {
      if (awaits)
        awaits->finish([] { return to_status(error{errc::internal, "the call was not answered"}); });
    }
    std::shared_ptr<unary_call> awaits;
  };

  void OnCancel() override {
    left_ = true;
    if (const auto id = call_id_.load(); id != 0)
      call_.facts.door.disconnect(id);
    finish([] { return grpc::Status::CANCELLED; });
  }

  void OnDone() override {
    tell_access(call_, request_id_, status_, !left_);
    self_.reset();
  }

  const asked call_;
  std::string request_id_;
  std::shared_ptr<unary_call> self_;
  std::atomic<std::uint64_t> call_id_{0};
  std::atomic<bool> left_{false};
  std::atomic<bool> finished_{false};
  int status_ = 0;
};

/// The response is complete already.
inline grpc::ServerUnaryReactor* at_once(const asked& call) {
  auto made = std::make_shared<unary_call>(call);
  made->end_at_once();
  return made.get();
}

/// Hands an operation to the gateway; `encode` writes its response into gRPC's message. Errors become the call's status.
template <class Operation, class Encode>
grpc::ServerUnaryReactor* answer(const asked& call, const google::protobuf::MessageLite& request, result<Operation> operation,
                                 Encode encode) {
  auto made = std::make_shared<unary_call>(call);
  made->begin(std::move(operation), request, std::move(encode), [](const error& failure) { return to_status(failure); });
  return made.get();
}

} // namespace strata
