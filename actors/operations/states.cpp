// SPDX-License-Identifier: MIT
#include "actors/operations.hpp"

#include <array>

namespace strata {

namespace {

constexpr std::array<std::string_view, 7> session_states{"creating", "ready", "frozen", "stopped", "closing", "closed", "failed"};
constexpr std::array<std::string_view, 3> process_states{"queued", "running", "ended"};
constexpr std::array<std::string_view, 3> process_kinds{"exec", "process", "terminal"};

template <class Value, std::size_t Count>
std::optional<Value> find_in(const std::array<std::string_view, Count>& names, std::string_view text) noexcept {
  for (std::size_t i = 0; i < Count; ++i)
    if (names[i] == text)
      return static_cast<Value>(i);
  return std::nullopt;
}

} // namespace

std::string_view to_string(session_state state) noexcept { return session_states[static_cast<std::size_t>(state)]; }

std::optional<session_state> parse_session_state(std::string_view text) noexcept {
  return find_in<session_state>(session_states, text);
}

std::string_view to_string(process_state state) noexcept { return process_states[static_cast<std::size_t>(state)]; }

std::optional<process_state> parse_process_state(std::string_view text) noexcept {
  return find_in<process_state>(process_states, text);
}

std::string_view to_string(process_kind kind) noexcept { return process_kinds[static_cast<std::size_t>(kind)]; }

std::optional<process_kind> parse_process_kind(std::string_view text) noexcept {
  return find_in<process_kind>(process_kinds, text);
}

} // namespace strata
