// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/context_fields.hpp"
#include "protocols/grpc/asked.hpp"
#include "protocols/grpc/call_strand.hpp"
#include "protocols/grpc/status.hpp"

#include <grpcpp/support/server_callback.h>
#include <memory>
#include <optional>

namespace strata {

/// A call that takes bytes for a file or an archive: the next message is read when the one before was taken. gRPC tells the loss of a
/// client and its half-close alike, so only its `end` makes the file. It keeps itself alive until gRPC is done with it.
///
/// `Kind`: Request (open, data or end), Response, Upload (what the operation answers), Made (what finish() tells);
/// operation(open) and encode(upload, made, response).
template <class Kind>
class upload_call final : public grpc::ServerReadReactor<typename Kind::Request>,
                          public std::enable_shared_from_this<upload_call<Kind>> {
public:
  using request = typename Kind::Request;

  upload_call(const asked& call, call_strand strand, typename Kind::Response& response)
    : call_{call}, strand_{std::move(strand)}, response_{response} {}

  /// Once, before gRPC is given it.
  void open() {
    self_ = this->shared_from_this();
    on_strand([](upload_call& self) {
      auto context = context_of(self.call_, &self.message_);
      if (!context)
        return self.end(to_status(context.error()));
      self.context_ = std::move(*context);
      self.StartRead(&self.message_);
    });
  }

private:
  static constexpr std::size_t longest_piece = 1 << 20;

  void OnReadDone(bool ok) override {
    on_strand([ok](upload_call& self) {
      if (self.status_)
        return;
      if (ok)
        return self.on_message();
      self.fail("the call ended without an end message: it was broken off");
    });
  }

  void on_message() {
    const auto what = message_.request_case();
    if (!started_ || what == request::kOpen) {
      if (started_ || what != request::kOpen)
        return fail(started_ ? "open is given twice" : "the first message is not open");
      started_ = true;
      return start();
    }
    if (what == request::kData) {
      if (message_.data().size() > longest_piece)
        return fail("data: more than 1 MiB in one message");
      return upload_->bytes->write(std::move(*message_.mutable_data()), [self = this->shared_from_this()](result<void> taken) {
        self->on_strand([taken = std::move(taken)](upload_call& it) mutable { it.on_taken(std::move(taken)); });
      });
    }
    if (what != request::kEnd)
      return fail("a message says nothing");
    upload_->bytes->finish([self = this->shared_from_this()](result<typename Kind::Made> made) {
      self->on_strand([made = std::move(made)](upload_call& it) mutable { it.on_made(std::move(made)); });
    });
  }

  void start() {
    if (!context_.idempotency_key.empty())
      context_.content_digest = digest_of({call_.method, message_.SerializeAsString()});
    auto operation = Kind::operation(message_.open());
    if (!operation)
      return end(to_status(operation.error()));
    call_id_ =
      call_.facts.call(std::move(*operation), context_, [self = this->shared_from_this()](result<typename Kind::Upload> upload) {
        self->on_strand([upload = std::move(upload)](upload_call& it) mutable { it.on_opened(std::move(upload)); });
      });
  }
  void on_opened(result<typename Kind::Upload> upload) {
    if (status_)
      return;
    if (!upload)
      return end(to_status(upload.error()));
    upload_ = std::move(*upload);
    this->StartRead(&message_);
  }
  void on_taken(result<void> taken) {
    if (status_)
      return;
    if (!taken)
      return end(to_status(taken.error()));
    this->StartRead(&message_);
  }
  void on_made(result<typename Kind::Made> made) {
    if (status_)
      return;
    if (!made)
      return end(to_status(made.error()));
    Kind::encode(*upload_, *made, response_);
    end(grpc::Status::OK);
  }

  void OnCancel() override {
    on_strand([](upload_call& self) {
      self.lost_ = true;
      if (self.call_id_ != 0)
        self.call_.facts.door.disconnect(self.call_id_);
      self.end(grpc::Status::CANCELLED);
    });
  }
  void OnDone() override {
    strand_.post([self = std::move(self_)] {
      tell_access(self->call_, self->context_.request_id, static_cast<int>(*self->status_), !self->lost_);
    });
  }

  void fail(std::string message) { end(to_status(error{errc::invalid_argument, std::move(message)})); }
  void end(grpc::Status status) {
    if (status_)
      return;
    status_ = status.error_code();
    upload_.reset();
    this->Finish(std::move(status));
  }
  template <class Step> void on_strand(Step step) {
    strand_.post([self = this->shared_from_this(), step = std::move(step)]() mutable { step(*self); });
  }

  const asked call_;
  const call_strand strand_;
  typename Kind::Response& response_;
  call_context context_;
  std::shared_ptr<upload_call> self_;
  request message_;
  std::optional<typename Kind::Upload> upload_;
  std::uint64_t call_id_ = 0;
  bool started_ = false; ///< the first message came
  bool lost_ = false;
  std::optional<grpc::StatusCode> status_;
};

} // namespace strata
