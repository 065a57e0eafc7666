// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/stream_call.hpp"
#include "protocols/terminal_message.hpp"

namespace strata {

/// What the first message says: how to attach, and what comes with it.
template <class Operation> struct attached_opening {
  Operation operation;
  terminal_message then;
};
using terminal_opening = attached_opening<attach_terminal>;

/// A terminal or another process over a bidirectional stream. `Wire` says how its messages look: sandbox.Shell, strata.v1's
/// two Attach. Each side is read only when the other has taken what came before, so a viewer costs bounded memory. Its end
/// ends neither the process nor the session.
template <class Wire>
class terminal_call final
  : public stream_call<grpc::ServerBidiReactor<typename Wire::request, typename Wire::event>, typename Wire::event> {
  using base = stream_call<grpc::ServerBidiReactor<typename Wire::request, typename Wire::event>, typename Wire::event>;

public:
  terminal_call(const asked& call, call_strand strand) : base{call, strand}, grace_{strand.timer()} {}

private:
  using view_type = typename Wire::operation::response;
  static constexpr std::size_t piece = 64 << 10;

  void OnReadDone(bool ok) override {
    step([ok](terminal_call& self) {
      if (self.is_over())
        return;
      if (ok)
        self.on_message();
      else
        self.on_half_close();
    });
  }

  void begin() override { this->StartRead(&message_); }

  void on_message() {
    if (view_)
      return obey(Wire::message_of(message_));
    auto opening = Wire::opening_of(message_);
    if (!opening)
      return this->end(to_status(opening.error()));
    session_ = opening->operation.session;
    first_ = std::move(opening->then);
    ask(std::move(opening->operation), [](terminal_call& self, result<view_type> view) { self.on_attached(std::move(view)); });
  }

  void on_attached(result<view_type> view) {
    if (this->is_over())
      return;
    if (!view)
      return this->end(to_status(view.error()));
    view_ = std::move(*view);
    session_.expect_uid = Wire::uid_of(*view_);
    if (view_->sizes)
      view_->sizes->when_changed([weak = this->weak_from_this(), strand = this->strand_](terminal_size size) {
        strand.post([weak, size] {
          if (auto self = weak.lock())
            static_cast<terminal_call&>(*self).on_resized(size);
        });
      });
    if (auto ready = Wire::ready(*view_))
      this->say(std::move(*ready));
    else
      want_more();
    obey(std::exchange(first_, {}));
  }

  void obey(terminal_message message) {
    if (auto* input = std::get_if<terminal_input>(&message); input != nullptr && view_->input)
      return view_->input->write(std::move(input->bytes), [weak = this->weak_from_this(), strand = this->strand_](bool) {
        strand.post([weak] {
          if (auto self = weak.lock())
            static_cast<terminal_call&>(*self).read_on();
        });
      });
    if (const auto* size = std::get_if<terminal_resize>(&message); size != nullptr && view_->input)
      return control(resize_terminal{session_, Wire::id_of(*view_), size->cols, size->rows, {}, view_->viewer});
    if (auto* signal = std::get_if<terminal_signal>(&message); signal != nullptr && view_->input)
      return control(signal_process{session_, Wire::id_of(*view_), signal->name, signal->to});
    if (std::holds_alternative<terminal_input_end>(message) && view_->input) {
      view_->input->end();
      return read_on();
    }
    if (const auto* why = std::get_if<error>(&message))
      refuse(*why);
    else if (!view_->input && !std::holds_alternative<std::monostate>(message))
      refuse(error{errc::invalid_argument, "this viewer only looks (read_only)"});
    read_on();
  }

  /// An error is told; the terminal goes on.
  template <class Operation> void control(Operation operation) {
    ask(std::move(operation), [](terminal_call& self, const auto& answer) {
      if (!answer)
        self.refuse(answer.error());
      self.read_on();
    });
  }

  void refuse(const error& why) {
    if (auto word = Wire::refused(why))
      this->say(std::move(*word));
  }

  void read_on() {
    if (!this->is_over())
      this->StartRead(&message_);
  }

  void on_half_close() {
    if (!view_)
      return this->end(to_status(Wire::no_opening()));
    if (!Wire::drain)
      return; // it still looks
    // What its last input made the terminal say is still to come.
    grace_.expires_after(*Wire::drain);
    grace_.async_wait([weak = this->weak_from_this()](boost::system::error_code cancelled) {
      if (auto self = weak.lock(); self && !cancelled)
        static_cast<terminal_call&>(*self).step([](terminal_call& call) {
          call.leave();
          call.end(grpc::Status::OK);
        });
    });
  }

  void want_more() override {
    if (!view_ || this->is_over())
      return;
    if (tell_size() || std::exchange(reading_, true))
      return;
    view_->output->read(piece, [weak = this->weak_from_this(), strand = this->strand_](journal_batch batch) {
      strand.post([weak, batch = std::move(batch)]() mutable {
        if (auto self = weak.lock())
          static_cast<terminal_call&>(*self).on_output(std::move(batch));
      });
    });
  }

  /// Only the last one counts: a viewer that does not read must not make them pile up.
  void on_resized(terminal_size size) {
    new_size_ = size;
    if (this->is_idle())
      tell_size();
  }

  bool tell_size() {
    auto size = std::exchange(new_size_, std::nullopt);
    auto word = size ? Wire::resized(*size) : std::nullopt;
    if (word)
      this->say(std::move(*word));
    return word.has_value();
  }

  void on_output(journal_batch batch) {
    reading_ = false;
    for (auto& record : batch.records)
      if (auto event = Wire::output(std::move(record)))
        this->say(std::move(*event));
    if (batch.end) {
      this->say(Wire::end(*batch.end, batch.next));
      leave();
      return this->end(grpc::Status::OK);
    }
    if (this->is_idle())
      want_more();
  }

  void leave() override {
    grace_.cancel();
    if (view_ && view_->sizes)
      view_->sizes->stop();
    if (view_)
      view_->output->cancel();
    view_.reset();
    if (attaching_ != 0)
      this->call_.facts.door.disconnect(attaching_);
  }

  std::optional<typename Wire::event> keepalive() override { return Wire::keepalive(); }

  template <class Step> void step(Step what) {
    this->on_strand([what = std::move(what)](base& self) mutable { what(static_cast<terminal_call&>(self)); });
  }

  template <class Operation, class Take> void ask(Operation operation, Take take) {
    attaching_ = this->call_.facts.call(std::move(operation), this->context_,
                                        [weak = this->weak_from_this(), strand = this->strand_, take](auto answer) {
                                          strand.post([weak, take, answer = std::move(answer)]() mutable {
                                            if (auto self = weak.lock())
                                              take(static_cast<terminal_call&>(*self), std::move(answer));
                                          });
                                        });
  }

  typename Wire::request message_;
  terminal_message first_;
  session_ref session_;
  std::optional<view_type> view_;
  std::uint64_t attaching_ = 0; ///< the last call to the gateway
  bool reading_ = false;
  std::optional<terminal_size> new_size_; ///< to be told
  boost::asio::steady_timer grace_;
};

} // namespace strata
