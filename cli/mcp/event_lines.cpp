// SPDX-License-Identifier: MIT
#include "cli/mcp/event_lines.hpp"

#include <utility>

namespace strata::client {

bool event_lines::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const bool second_half = std::exchange(after_cr_, c == '\r') && c == '\n';
    if (second_half)
      continue;
    if (c == '\n' || c == '\r')
      on_line(std::exchange(line_, {}));
    else
      line_ += c;
    if (line_.size() + data_.size() > longest_)
      return false;
  }
  return true;
}

void event_lines::on_line(std::string_view line) {
  if (line.empty()) {
    if (!data_.empty())
      take_(std::exchange(data_, {}));
  } else if (line.starts_with("data:")) {
    line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
    if (!data_.empty())
      data_ += '\n';
    data_ += line;
  }
}

} // namespace strata::client
