// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/terminals.hpp"
#include "protocols/terminal_message.hpp"
#include "protocols/ws/shell_mode.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// One message to a client.
struct shell_frame {
  bool text = false;
  std::string data;
};

/// From the output of a terminal, or another process, to the messages of a mode. In JSON no character is broken: the beginning of one that is cut
/// between two batches waits for the next; bytes that are no UTF-8 become U+FFFD.
class shell_encoder {
public:
  explicit shell_encoder(shell_mode mode) : mode_{mode} {}

  std::vector<shell_frame> ready(const terminal_view& view) const;
  std::vector<shell_frame> output(const std::vector<journal_record>& records);
  std::vector<shell_frame> resized(terminal_size size) const;
  std::vector<shell_frame> end(const process_end& how);
  std::vector<shell_frame> failure(const error& why) const;

private:
  shell_mode mode_;
  std::string held_; ///< JSON only: 0-3 bytes
};

/// What a client's message means. `error` only in raw and streams mode: control that is not understood is told and does no harm.
terminal_message read_shell_message(shell_mode mode, bool text, std::string_view data);

/// The reason of the close frame: "exited 3", "signalled 9", "session_closed". At most 123 bytes (RFC 6455 §5.5).
std::string close_reason(const process_end& how);

} // namespace strata
