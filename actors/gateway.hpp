// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"
#include "config/error.hpp"

#include <cstdint>
#include <functional>

namespace strata {

/// The single door from a protocol to the actors. Thread safe; never blocks.
class gateway {
public:
  template <class Operation> using reply_to = std::function<void(result<typename Operation::response>)>;

  virtual ~gateway() = default;

  /// Begins an operation; `done` is called exactly once, on an actor's worker thread, and must not block
  /// (post to the connection's strand). Returns the id of the call for disconnect().
  virtual std::uint64_t call(create_session, call_context, reply_to<create_session> done) = 0;
  virtual std::uint64_t call(get_session, call_context, reply_to<get_session> done) = 0;
  virtual std::uint64_t call(list_sessions, call_context, reply_to<list_sessions> done) = 0;
  virtual std::uint64_t call(update_session, call_context, reply_to<update_session> done) = 0;
  virtual std::uint64_t call(close_session, call_context, reply_to<close_session> done) = 0;
  virtual std::uint64_t call(get_session_stats, call_context, reply_to<get_session_stats> done) = 0;
  virtual std::uint64_t call(get_stats, call_context, reply_to<get_stats> done) = 0;
  virtual std::uint64_t call(exec_request, call_context, reply_to<exec_request> done) = 0;
  virtual std::uint64_t call(open_shell, call_context, reply_to<open_shell> done) = 0;
  virtual std::uint64_t call(list_shells, call_context, reply_to<list_shells> done) = 0;
  virtual std::uint64_t call(close_shell, call_context, reply_to<close_shell> done) = 0;
  virtual std::uint64_t call(attach_terminal, call_context, reply_to<attach_terminal> done) = 0;
  virtual std::uint64_t call(resize_terminal, call_context, reply_to<resize_terminal> done) = 0;
  virtual std::uint64_t call(signal_process, call_context, reply_to<signal_process> done) = 0;

  /// The client of that call went away: what it waits for follows its `on_disconnect`. Unknown ids are ignored.
  virtual void disconnect(std::uint64_t call_id) = 0;
};

} // namespace strata
