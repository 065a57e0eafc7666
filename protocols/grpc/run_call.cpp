// SPDX-License-Identifier: MIT
#include "protocols/grpc/run_call.hpp"

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"

namespace strata {

namespace {

constexpr std::size_t input_window = 256 << 10;
constexpr std::size_t longest_input = 1 << 20;

} // namespace

void run_call::OnReadDone(bool ok) {
  on_strand([ok](stream_call& base) {
    auto& self = static_cast<run_call&>(base);
    if (self.is_over())
      return;
    if (ok)
      self.on_message();
    else
      self.on_half_close();
  });
}

void run_call::read_on() {
  if (is_over())
    return;
  full_ = untaken_ >= input_window;
  if (!full_)
    StartRead(&message_);
}

void run_call::on_message() {
  using kind = v1::RunRequest;
  const auto what = message_.request_case();
  if (!started_ || what == kind::kStart) {
    if (started_ || what != kind::kStart)
      return fail(started_ ? "start is given twice" : "the first message is not start");
    started_ = true;
    return start(message_.start());
  }
  if (what == kind::kInput)
    return give_input(std::move(*message_.mutable_input()));
  if (what == kind::kEndOfInput) {
    if (auto input = std::exchange(input_, nullptr))
      input->end();
    return read_on();
  }
  held_ = id_.empty();
  if (held_)
    return; // it has no name yet to signal it by
  if (what == kind::kSignal) {
    auto target = target_of(message_.signal().to());
    return control(target ? result<signal_process>{signal_process{session_, id_, message_.signal().signal(), *target}}
                          : result<signal_process>{target.error()});
  }
  if (what == kind::kResize) {
    auto size = size_of(message_.resize(), "resize");
    return control(size ? result<resize_terminal>{resize_terminal{session_, id_, size->cols, size->rows}}
                        : result<resize_terminal>{size.error()});
  }
  fail("a message says nothing");
}

/// The client has said all that it will; it still listens.
void run_call::on_half_close() {
  if (!started_)
    return fail("the first message is not start");
  if (auto input = std::exchange(input_, nullptr))
    input->end();
}

void run_call::start(const v1::RunRequest::Start& how) {
  auto operation = operation_of(how);
  if (!operation)
    return end(to_status(operation.error()));
  input_ = operation->input;
  session_ = operation->session;
  feed_->begin(call_.facts, std::move(*operation), context_, [this](const exec_started& begun) {
    id_ = begun.id;
    session_.expect_uid = begun.session_uid; // what is signalled is never of a later session of that name
    if (std::exchange(held_, false))
      on_message();
  });
  read_on();
}

void run_call::give_input(std::string bytes) {
  if (bytes.size() > longest_input)
    return fail("input: more than 1 MiB in one message");
  if (!input_)
    return fail("input comes, but start said has_input = false, or it has ended");
  const auto size = bytes.size();
  untaken_ += size;
  input_->write(std::move(bytes), [weak = weak_from_this(), strand = strand_, size](bool accepted) {
    strand.post([weak, size, accepted] {
      if (auto self = weak.lock())
        static_cast<run_call&>(*self).on_taken(size, accepted);
    });
  });
  read_on();
}

void run_call::on_taken(std::size_t bytes, bool accepted) {
  untaken_ -= bytes;
  if (accepted)
    input_told_.set_taken(input_told_.taken() + static_cast<std::int64_t>(bytes));
  else
    input_told_.set_closed(true);
  input_news_ = true;
  if (is_idle())
    want_more();
  if (full_)
    read_on();
}

/// How much was taken is told when there is room for it: one word for many pieces.
void run_call::want_more() {
  if (id_.empty() || !std::exchange(input_news_, false)) // the start is told first
    return feed_->want_more();
  v1::ProcessEvent event;
  *event.mutable_input() = input_told_;
  say(std::move(event));
}

template <class Operation> void run_call::control(result<Operation> operation) {
  if (!operation) {
    refuse(operation.error());
    return read_on();
  }
  call_.facts.call(std::move(*operation), context_, [weak = weak_from_this(), strand = strand_](auto answer) {
    strand.post([weak, answer = std::move(answer)] {
      auto self = weak.lock();
      if (!self)
        return;
      auto& call = static_cast<run_call&>(*self);
      if (!answer)
        call.refuse(answer.error());
      call.read_on();
    });
  });
}

void run_call::refuse(const error& why) {
  v1::ProcessEvent event;
  event.mutable_refused()->set_code(std::string{to_string(why.code)});
  event.mutable_refused()->set_message(proto_text(why.message));
  say(std::move(event));
}

/// A client that breaks the rules of the stream is as good as gone: what becomes of its command is on_disconnect's matter.
void run_call::fail(std::string message) {
  leave();
  end(to_status(error{errc::invalid_argument, std::move(message)}));
}

void run_call::leave() {
  if (auto input = std::exchange(input_, nullptr))
    input->end();
  feed_->leave();
}

std::optional<v1::ProcessEvent> run_call::keepalive() {
  v1::ProcessEvent event;
  event.mutable_keepalive();
  return event;
}

} // namespace strata
