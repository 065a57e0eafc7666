// SPDX-License-Identifier: MIT
#include "isolation/output_capture.hpp"

#include <algorithm>

namespace strata {

void output_capture::append(std::string_view bytes) {
  total_ += static_cast<std::int64_t>(bytes.size());
  auto to_head = std::min(bytes.size(), head_cap_ - head_.size());
  head_ += bytes.substr(0, to_head);
  bytes.remove_prefix(to_head);
  if (bytes.size() > tail_cap_)
    bytes.remove_prefix(bytes.size() - tail_cap_);
  // Trimming only at twice the cap makes the cost of a byte constant.
  if (tail_.size() + bytes.size() > 2 * tail_cap_)
    tail_.erase(0, tail_.size() - std::min(tail_.size(), tail_cap_ - bytes.size()));
  tail_ += bytes;
}

output_view output_capture::view() const {
  auto kept_tail = std::string_view{tail_};
  if (kept_tail.size() > tail_cap_)
    kept_tail.remove_prefix(kept_tail.size() - tail_cap_);
  output_view view{head_, total_, -1};
  if (total_ > static_cast<std::int64_t>(head_.size() + kept_tail.size()))
    view.gap_at = static_cast<std::int64_t>(head_.size());
  view.data += kept_tail;
  return view;
}

} // namespace strata
