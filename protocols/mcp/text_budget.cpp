// SPDX-License-Identifier: MIT
#include "protocols/mcp/text_budget.hpp"

#include "protocols/json/utf8.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// The end of the escape sequence that begins at `at` (ECMA-48 §5.3-5.6); one that is not complete goes to the end.
std::size_t after_escape(std::string_view text, std::size_t at) {
  const auto is_between = [&](std::size_t i, unsigned char low, unsigned char high) {
    return i < text.size() && static_cast<unsigned char>(text[i]) >= low && static_cast<unsigned char>(text[i]) <= high;
  };
  auto i = at + 1;
  if (i >= text.size())
    return i;
  const char kind = text[i++];
  if (kind == '[') { // parameters, intermediates, a final
    while (is_between(i, 0x30, 0x3f))
      ++i;
    while (is_between(i, 0x20, 0x2f))
      ++i;
    return is_between(i, 0x40, 0x7e) ? i + 1 : i;
  }
  if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') { // a string up to BEL or ST
    for (; i < text.size(); ++i) {
      if (text[i] == '\a')
        return i + 1;
      if (text[i] == '\x1b')
        return is_between(i + 1, '\\', '\\') ? i + 2 : i;
    }
    return i;
  }
  --i;
  while (is_between(i, 0x20, 0x2f))
    ++i;
  return is_between(i, 0x30, 0x7e) ? i + 1 : i;
}

/// The last version of a line that was written over; the carriage return before the line's end is part of that.
std::string_view last_version(std::string_view line) {
  while (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  const auto over = line.rfind('\r');
  return over == line.npos ? line : line.substr(over + 1);
}

std::string_view head_of(std::string_view text, std::size_t most) {
  auto head = text.substr(0, most);
  if (const auto line = head.rfind('\n'); line != head.npos && line >= most / 2)
    return head.substr(0, line + 1);
  head.remove_suffix(cut_at_end(head));
  return head;
}

std::string_view tail_of(std::string_view text, std::size_t most) {
  auto tail = text.substr(text.size() - std::min(text.size(), most));
  if (const auto line = tail.find('\n'); line != tail.npos && line < most / 2)
    return tail.substr(line + 1);
  tail.remove_prefix(cut_at_start(tail));
  return tail;
}

} // namespace

std::string plain_text(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0x1b) {
      i = after_escape(text, i);
      continue;
    }
    if (c >= 0x20 ? c != 0x7f : (c == '\n' || c == '\t' || c == '\r'))
      visible += text[i];
    ++i;
  }
  std::string plain;
  plain.reserve(visible.size());
  for (std::string_view rest = visible; !rest.empty();) {
    const auto end = rest.find('\n');
    plain += last_version(rest.substr(0, end));
    if (end == rest.npos)
      break;
    plain += '\n';
    rest.remove_prefix(end + 1);
  }
  return plain;
}

budgeted_text within_budget(const captured_output& output, std::size_t budget, bool keep_controls, bool goes_on) {
  const bool has_gap = output.gap_at >= 0;
  std::string_view data = output.data;
  auto first = has_gap ? data.substr(0, static_cast<std::size_t>(output.gap_at)) : data;
  auto second = has_gap ? data.substr(static_cast<std::size_t>(output.gap_at)) : std::string_view{};
  if (has_gap) {
    first.remove_suffix(cut_at_end(first));
    second.remove_prefix(cut_at_start(second));
  } else if (goes_on) {
    first.remove_suffix(cut_at_end(first));
  }
  const auto shown = [&](std::string_view bytes) {
    auto text = replace_bad_utf8(bytes);
    return keep_controls ? text : plain_text(text);
  };
  const auto head = shown(first);
  const auto tail = shown(second);
  auto left_out = has_gap ? output.bytes - static_cast<std::int64_t>(data.size()) : 0;
  if (!has_gap && head.size() <= budget)
    return {head, 0};
  const auto kept_head = head_of(head, budget * 2 / 5);
  const auto kept_tail =
    tail_of(has_gap ? std::string_view{tail} : std::string_view{head}.substr(kept_head.size()), budget - budget * 2 / 5);
  left_out += static_cast<std::int64_t>(head.size() + tail.size() - kept_head.size() - kept_tail.size());
  std::string text{kept_head};
  if (!text.empty() && text.back() != '\n')
    text += '\n';
  text += fmt::format("[... {} bytes left out ...]\n", left_out);
  text += kept_tail;
  return {std::move(text), left_out};
}

} // namespace strata
