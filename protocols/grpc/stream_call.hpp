// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/asked.hpp"
#include "protocols/grpc/call_strand.hpp"
#include "protocols/grpc/status.hpp"

#include <deque>
#include <memory>
#include <optional>

namespace strata {

/// What streaming calls share, as gRPC's reactors are told from many threads at once: everything happens on the call's
/// strand; one write is under way at a time; want_more() when there is at most that, so that the client's own pace is
/// the pace of what is read for it; after leave() or end() nothing more. It keeps itself alive until gRPC is done with it.
template <class Reactor, class Event>
class stream_call : public Reactor, public std::enable_shared_from_this<stream_call<Reactor, Event>> {
public:
  stream_call(const asked& call, call_strand strand) : call_{call}, strand_{std::move(strand)}, timer_{strand_.timer()} {}

  /// Once, before gRPC is given it. `begin` runs on the strand.
  void open() {
    self_ = this->shared_from_this();
    on_strand([](stream_call& self) {
      auto context = context_of(self.call_, nullptr);
      if (!context)
        return self.end(to_status(context.error()));
      self.context_ = std::move(*context);
      self.begin();
    });
  }

protected:
  virtual void begin() = 0;
  virtual void want_more() = 0;
  /// The client is gone; nothing can be written any more.
  virtual void leave() = 0;
  /// What to say when there has been nothing for 15 s; nothing: no word.
  virtual std::optional<Event> keepalive() { return std::nullopt; }

  void say(Event event) {
    if (over_ || status_)
      return;
    outgoing_.push_back(std::move(event));
    if (writing_ && outgoing_.size() < ahead)
      return want_more();
    write_next();
  }
  /// After what was said.
  void end(grpc::Status status) {
    if (over_ || status_)
      return;
    status_ = std::move(status);
    write_next();
  }
  /// Nothing is being written.
  [[nodiscard]] bool is_idle() const { return !writing_ && !over_ && !status_; }
  [[nodiscard]] bool is_over() const { return over_ || status_; }

  template <class Step> void on_strand(Step step) {
    strand_.post([self = this->shared_from_this(), step = std::move(step)]() mutable { step(*self); });
  }

  const asked call_;
  const call_strand strand_;
  call_context context_;

private:
  static constexpr std::chrono::seconds silence{15};
  static constexpr std::size_t ahead = 2; ///< events, of at most 64 KiB each

  void OnWriteDone(bool written) final {
    on_strand([written](stream_call& self) {
      self.writing_ = false;
      self.outgoing_.pop_front();
      if (!written)
        self.lose();
      self.write_next();
    });
  }
  void OnCancel() final {
    on_strand([](stream_call& self) {
      self.lose();
      self.write_next();
    });
  }
  void OnDone() final {
    strand_.post([self = std::move(self_)] {
      self->timer_.cancel();
      tell_access(self->call_, self->context_.request_id, static_cast<int>(self->status_->error_code()), !self->lost_);
    });
  }

  void lose() {
    if (over_ || std::exchange(lost_, true))
      return;
    status_ = grpc::Status::CANCELLED;
    while (outgoing_.size() > (writing_ ? 1 : 0))
      outgoing_.pop_back();
    leave();
  }

  void write_next() {
    if (writing_ || over_)
      return;
    timer_.cancel();
    if (!outgoing_.empty()) {
      writing_ = true;
      grpc::WriteOptions how;
      if (outgoing_.size() > 1)
        how.set_buffer_hint(); // the next follows at once
      this->StartWrite(&outgoing_.front(), how);
      if (outgoing_.size() < ahead && !status_)
        want_more(); // is fetched while this is written
      return;
    }
    if (status_) {
      over_ = true;
      return this->Finish(*status_);
    }
    want_more();
    if (is_idle())
      wait_in_silence();
  }

  void wait_in_silence() {
    timer_.expires_after(silence);
    timer_.async_wait([weak = this->weak_from_this()](boost::system::error_code cancelled) {
      const auto quiet = cancelled ? nullptr : weak.lock();
      if (!quiet)
        return;
      quiet->on_strand([](stream_call& self) {
        if (!self.is_idle())
          return;
        if (auto word = self.keepalive())
          self.say(std::move(*word));
      });
    });
  }

  boost::asio::steady_timer timer_;
  std::shared_ptr<stream_call> self_;
  std::deque<Event> outgoing_;
  std::optional<grpc::Status> status_; ///< how it ends, once all is written
  bool writing_ = false;
  bool over_ = false; ///< gRPC has been told
  bool lost_ = false;
};

} // namespace strata
