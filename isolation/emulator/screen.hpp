// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/terminal/key.hpp"
#include "isolation/terminal/screen_view.hpp"

#include <memory>
#include <string_view>

namespace strata {

/// A terminal emulator (libvterm: xterm's sequences) without a window. Nothing is answered to the program. Not thread safe.
///
/// It has one size for its life: libvterm 0.1.4 leaves cursors outside of a screen that shrinks, and writes there.
/// And since what a program writes may be meant to find another such fault, it belongs into a process of its own
/// (strata-emulator).
class screen {
public:
  explicit screen(terminal_size size);
  ~screen();
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  void feed(std::string_view output);
  /// Output is missing here: a sequence that it cut is given up.
  void skip();
  /// Grows with everything that changes what show() gives.
  std::uint64_t changes() const noexcept;
  screen_view show(bool styled) const;
  /// The bytes of these keys, as the modes that the program has set ask for them (DECCKM and the like).
  std::string encode(const std::vector<key>& keys);

private:
  struct emulator;
  const std::unique_ptr<emulator> emulator_;
};

} // namespace strata
