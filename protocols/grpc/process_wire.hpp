// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/terminal_call.hpp"

#include <strata/v1/process.pb.h>

namespace strata {

/// The messages of strata.v1.ProcessService/Attach.
struct process_wire {
  using operation = attach_process;
  using request = v1::AttachRequest;
  using event = v1::ProcessEvent;
  /// A client that has said all still looks.
  static constexpr std::optional<std::chrono::milliseconds> drain{};

  static result<attached_opening<operation>> opening_of(request& message);
  static terminal_message message_of(request& message);
  static error no_opening() { return {errc::invalid_argument, "the first message is not attach"}; }
  static const std::string& id_of(const process_view& view) { return view.info.id; }
  static const std::string& uid_of(const process_view& view) { return view.info.session_uid; }
  static std::optional<event> ready(const process_view& view);
  static std::optional<event> output(journal_record record);
  static event end(const process_end& how, std::int64_t next);
  static std::optional<event> resized(terminal_size size);
  static std::optional<event> refused(const error& why);
  static std::optional<event> keepalive();
};

} // namespace strata
