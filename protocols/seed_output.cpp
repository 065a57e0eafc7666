// SPDX-License-Identifier: MIT
#include "protocols/seed_output.hpp"

#include "protocols/json/utf8.hpp"

namespace strata {

shown_output show_output(const captured_output& captured, bool goes_on) {
  const std::string_view data = captured.data;
  const bool has_gap = captured.gap_at >= 0 && static_cast<std::size_t>(captured.gap_at) <= data.size();
  auto head = has_gap ? data.substr(0, static_cast<std::size_t>(captured.gap_at)) : data;
  auto tail = has_gap ? data.substr(static_cast<std::size_t>(captured.gap_at)) : std::string_view{};
  auto& last = has_gap ? tail : head;
  if (has_gap) {
    head.remove_suffix(cut_at_end(head));
    tail.remove_prefix(cut_at_start(tail));
  }
  if (goes_on)
    last.remove_suffix(cut_at_end(last));
  shown_output shown{{}, is_utf8(head) && is_utf8(tail)};
  if (has_gap) {
    const auto kept = shown.exact ? head.size() + tail.size() : data.size();
    shown.gap_at = shown.exact ? static_cast<std::int64_t>(head.size()) : captured.gap_at;
    shown.gap = captured.bytes - static_cast<std::int64_t>(kept);
  }
  shown.text = shown.exact ? std::string{head}.append(tail) : replace_bad_utf8(head) + replace_bad_utf8(tail);
  return shown;
}

std::string trim_as_seed(const std::string& text) {
  auto begin = text.find_first_not_of("\r\n");
  if (begin == text.npos)
    return {};
  auto end = text.find_last_not_of(" \t\r\n");
  return end == text.npos || end < begin ? std::string{} : text.substr(begin, end - begin + 1);
}

} // namespace strata
