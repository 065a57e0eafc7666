// SPDX-License-Identifier: MIT
#include "isolation/launch_report.hpp"

#include "isolation/wire/inherited.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <charconv>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t max_text = 4096;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

void append_line(std::string& text, std::string_view line) {
  if (line.empty() || text.size() >= max_text)
    return;
  if (!text.empty())
    text += "; ";
  text += escaped(line);
  if (text.size() > max_text)
    text.resize(max_text);
}

} // namespace

void launch_report::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n') {
      take_line(line_);
      line_.clear();
    } else if (line_.size() < max_text) {
      line_ += c;
    }
  }
}

void launch_report::take_line(std::string_view line) {
  constexpr std::string_view ready = wire::ready_mark;
  constexpr std::string_view child = wire::child_mark;
  if (line == ready.substr(0, ready.size() - 1)) {
    ready_ = true;
    return;
  }
  if (line.starts_with(child)) {
    const auto number = line.substr(child.size());
    pid_t pid = 0;
    const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), pid);
    if (failure == std::errc{} && end == number.data() + number.size() && pid > 0) {
      children_.push_back(pid);
      return;
    }
  }
  append_line(text_, line);
}

std::string launch_report::text() const {
  auto text = text_;
  append_line(text, line_);
  return text;
}

} // namespace strata
