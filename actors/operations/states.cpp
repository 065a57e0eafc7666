// SPDX-License-Identifier: MIT
#include "actors/operations.hpp"

#include <array>

namespace strata {

namespace {

constexpr std::array<std::string_view, 7> session_states{"creating", "ready", "frozen", "stopped", "closing", "closed", "failed"};
constexpr std::array<std::string_view, 3> process_states{"queued", "running", "ended"};

} // namespace

std::string_view to_string(session_state state) noexcept { return session_states[static_cast<std::size_t>(state)]; }

std::optional<session_state> parse_session_state(std::string_view text) noexcept {
  for (std::size_t i = 0; i < session_states.size(); ++i)
    if (session_states[i] == text)
      return static_cast<session_state>(i);
  return std::nullopt;
}

std::string_view to_string(process_state state) noexcept { return process_states[static_cast<std::size_t>(state)]; }

} // namespace strata
