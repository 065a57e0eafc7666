// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/access.hpp"
#include "protocols/http/exchange.hpp"

namespace strata {

/// Carries a request's body to where it goes, piece by piece, as slowly as it is taken there. Dropped when its client leaves.
template <class Made> class body_upload : public std::enable_shared_from_this<body_upload<Made>> {
public:
  using receiver = std::function<void(exchange&, result<Made>)>;

  body_upload(std::shared_ptr<exchange> asked, std::shared_ptr<byte_sink<Made>> to, receiver done)
    : asked_{std::move(asked)}, to_{std::move(to)}, done_{std::move(done)} {}

  void go_on() {
    asked_->next_piece([self = this->shared_from_this()](std::optional<body_piece> piece) {
      if (!piece)
        return self->finish();
      const auto taken = [self](result<void> outcome) {
        self->back([outcome = std::move(outcome)](body_upload& it) {
          outcome ? it.go_on() : it.done_(*it.asked_, result<Made>{outcome.error()});
        });
      };
      piece->pipe ? self->to_->write_from(std::move(piece->pipe), piece->piped, taken)
                  : self->to_->write(std::move(piece->bytes), taken);
    });
  }

private:
  void finish() {
    to_->finish([self = this->shared_from_this()](result<Made> made) {
      self->back([made = std::move(made)](body_upload& it) { it.done_(*it.asked_, made); });
    });
  }
  /// Onto the strand; whoever has left meanwhile hears nothing, and what came of it was dropped with this.
  template <class Step> void back(Step step) {
    boost::asio::post(asked_->strand(), [self = this->shared_from_this(), step = std::move(step)] {
      if (self->asked_->is_open())
        step(*self);
    });
  }

  const std::shared_ptr<exchange> asked_;
  const std::shared_ptr<byte_sink<Made>> to_;
  const receiver done_;
};

/// `done` hears what became of it, on the strand.
template <class Made>
void carry_body(exchange& asked, std::shared_ptr<byte_sink<Made>> to, typename body_upload<Made>::receiver done) {
  std::make_shared<body_upload<Made>>(asked.shared_from_this(), std::move(to), std::move(done))->go_on();
}

} // namespace strata
