// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace strata {

/// What arrives on the report pipe of a launch (wire/inherited.hpp): marks of launcher and agent between lines of error
/// text from launcher, newuidmap, bwrap and the agent. Pure. Keeps at most 4 KiB of text, however much comes.
class launch_report {
public:
  void feed(std::string_view bytes);

  bool ready() const noexcept { return ready_; }
  /// Pids reported since the last call, in order.
  std::vector<pid_t> take_children() { return std::exchange(children_, {}); }
  /// The text so far on one line: lines joined by "; ", other control characters and bytes above 0x7e as \xNN.
  std::string text() const;

private:
  void take_line(std::string_view line);

  std::string line_; ///< not yet ended
  std::string text_;
  std::vector<pid_t> children_;
  bool ready_ = false;
};

} // namespace strata
