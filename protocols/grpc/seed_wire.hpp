// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/terminal_call.hpp"

#include <sandbox/sandbox.pb.h>

namespace strata {

/// The messages of the first Strata's sandbox.SandboxService/Shell. The end of what the client says ends the stream, once
/// the terminal had a moment to answer.
struct seed_wire {
  using operation = attach_terminal;
  using request = ::sandbox::ShellInput;
  using event = ::sandbox::ShellOutput;
  static constexpr std::optional<std::chrono::milliseconds> drain{250};

  static result<terminal_opening> opening_of(request& message);
  static terminal_message message_of(request& message);
  static error no_opening();
  static const std::string& id_of(const terminal_view& view) { return view.id; }
  static const std::string& uid_of(const terminal_view& view) { return view.session_uid; }
  static std::optional<event> ready(const terminal_view& view);
  static std::optional<event> output(journal_record record);
  static event end(const process_end& how, std::int64_t next);
  static std::optional<event> resized(terminal_size) { return std::nullopt; }
  static std::optional<event> refused(const error& why);
  static std::optional<event> keepalive() { return std::nullopt; }
};

} // namespace strata
