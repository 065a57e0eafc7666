// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/terminal_call.hpp"

#include <strata/v1/terminal.pb.h>

namespace strata {

/// The messages of strata.v1.TerminalService/Attach.
struct attach_wire {
  using operation = attach_terminal;
  using request = v1::TerminalInput;
  using event = v1::TerminalEvent;
  /// A client that has said all still looks.
  static constexpr std::optional<std::chrono::milliseconds> drain{};

  static result<terminal_opening> opening_of(request& message);
  static terminal_message message_of(request& message);
  static error no_opening() { return {errc::invalid_argument, "the first message is not attach"}; }
  static const std::string& id_of(const terminal_view& view) { return view.id; }
  static const std::string& uid_of(const terminal_view& view) { return view.session_uid; }
  static std::optional<event> ready(const terminal_view& view);
  static std::optional<event> output(journal_record record);
  static event end(const process_end& how, std::int64_t next);
  static std::optional<event> resized(terminal_size size);
  static std::optional<event> refused(const error& why);
  static std::optional<event> keepalive();
};

} // namespace strata
