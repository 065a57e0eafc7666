// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/numbered_lines.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

void numbered_lines::begin_line() {
  ++total_;
  in_line_ = true;
  wanted_ = total_ >= first_ && total_ - first_ < most_ && !cut_;
  if (total_ >= first_ && !wanted_)
    cut_ = true;
  if (!wanted_)
    return;
  const auto number = fmt::format("{:>6}\t", total_);
  if (text_.size() + number.size() > budget_ && !text_.empty()) {
    cut_ = true;
    wanted_ = false;
    return;
  }
  last_ = total_;
  text_ += number;
}

void numbered_lines::append(std::string_view part) {
  const auto room = budget_ - std::min(budget_, text_.size());
  if (part.size() > room)
    cut_ = true;
  text_ += part.substr(0, room);
}

void numbered_lines::add(std::string_view piece) {
  while (!piece.empty()) {
    if (!in_line_)
      begin_line();
    const auto end = piece.find('\n');
    if (wanted_)
      append(piece.substr(0, end));
    if (end == piece.npos)
      return;
    if (wanted_)
      text_ += '\n';
    in_line_ = false;
    piece.remove_prefix(end + 1);
  }
}

} // namespace strata
