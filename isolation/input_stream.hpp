// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace strata {

/// Input for a running program, from whoever has it to the program's pipe or terminal. What is written before the
/// program runs waits here. It bounds nothing by itself: a writer that waits for `taken` before it writes more has one
/// piece of its own in here. Thread safe.
class input_stream {
public:
  using receiver = std::function<void(bool accepted)>;

  ~input_stream() { close(); }

  /// Each piece goes in whole, in the order of the calls. `taken` (may be empty) is called once, on any thread: true when
  /// the kernel has all of it, false when nobody will read it (the program closed its input or ended).
  void write(std::string bytes, receiver taken);
  /// The same for a writer that may come again: `at` is the offset of its first byte, and what was accepted before is not
  /// written twice; `end` after it. How many bytes are new. `taken` is called only if there are any. `offset_mismatch` for
  /// a hole, `stdin_closed`, `overloaded` when too much waits.
  result<std::int64_t> offer(std::string bytes, std::optional<std::int64_t> at, bool end, receiver taken);
  /// End of input after what was written. On a terminal it means nothing: type ^D.
  void end();
  /// Bytes that the kernel has taken, and that were accepted for it.
  std::int64_t taken() const;
  std::int64_t accepted() const;

  // For the reading side (input_feed).
  struct piece {
    std::string bytes;
    receiver taken;
  };
  /// `wake` is called, on any thread, whenever there is something new: a piece or the end.
  void attach(std::function<void()> wake);
  std::optional<piece> take();
  /// True once nothing more will come.
  bool is_over() const;
  void count(std::size_t bytes);
  /// Nobody reads any more.
  void close();

private:
  mutable std::mutex mutex_;
  std::deque<piece> pieces_;
  bool ended_ = false;
  bool closed_ = false;
  std::int64_t taken_ = 0;
  std::int64_t accepted_ = 0;
  std::function<void()> wake_;
};

} // namespace strata
