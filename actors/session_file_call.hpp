// SPDX-License-Identifier: MIT
#pragma once

#include "actors/early_calls.hpp"
#include "actors/refusals.hpp"
#include "actors/session.hpp"
#include "isolation/wire/codec.hpp"

namespace strata {

/// How an operation on files begins and ends; of the session's files only.

inline std::int32_t bits_of(const std::optional<file_mode>& mode) { return mode ? static_cast<std::int32_t>(mode->bits) : -1; }

/// False: the call was answered, put aside, or belongs elsewhere.
template <class Operation> bool session::may_begin(call<Operation>& event) {
  if (over()) {
    if constexpr (begins_work<Operation>)
      ports_.registry(std::move(event));
    else
      event.answer(no_session());
    return false;
  }
  if constexpr (begins_work<Operation>)
    if (draining_) {
      event.answer(stopping());
      return false;
    }
  if (too_early(event))
    return false;
  if (files_.size() < options_.max_queued_calls)
    return true;
  event.answer(too_many("do file operation", "waiting file operations", options_.max_queued_calls));
  return false;
}

/// `begin` hands it to the sandbox and gives its number there; `encode` makes the response of what that told.
template <class Operation, class Begin, class Encode>
void session::begin_file(call<Operation> event, Begin begin, Encode encode) {
  touch();
  const auto number = ++last_wait_;
  const auto call_id = event.context.call_id;
  const auto ticket = event.ticket;
  auto& user = event.operation.user;
  if (user.empty())
    user = user_;
  const auto tell = [self = ports_.self, number](auto outcome) {
    if (outcome)
      self->post(file_told{number, std::move(*outcome)});
    else
      self->post(file_told{number, outcome.error()});
  };
  const auto asked = begin(event.operation, tell);
  // std::function wants to be copied.
  const auto held = std::make_shared<call<Operation>>(std::move(event));
  files_.emplace(number, file_call{call_id, asked, [held, encode](result<file_told> told) {
                                     if (!told)
                                       return held->answer(told.error());
                                     if (const auto* failed = std::get_if<error>(&told->outcome))
                                       return held->answer(named(*failed, held->operation.user, ""));
                                     held->answer(encode(*held, std::move(told->outcome)));
                                   }});
  ticket->attach([self = ports_.self, call_id] { self->post(client_gone{call_id}); });
}

template <class Operation, class Body, class Encode>
void session::ask_file(call<Operation> event, wire::files_message what, const Body& body, Encode encode) {
  begin_file(
    std::move(event),
    [this, what, packed = wire::encode(body)](const Operation& asked, auto tell) mutable {
      return sandbox_->files().ask(asked.user, what, std::move(packed), std::move(tell));
    },
    [encode](const call<Operation>& asked, auto outcome) { return encode(asked, std::get<file_answer>(std::move(outcome))); });
}

} // namespace strata
