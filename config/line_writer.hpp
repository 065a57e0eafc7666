// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <memory>
#include <string>

namespace strata {

/// Writes lines to a stream or a file, on a thread of its own: a reader that stalls or a slow disk never holds up who
/// writes. Up to 2048 lines wait; beyond that the oldest are dropped and a line tells how many. Thread safe.
class line_writer {
public:
  static std::unique_ptr<line_writer> to_stdout();
  static std::unique_ptr<line_writer> to_stderr();
  /// Appends; a new file has mode 0640. An error names the path.
  static result<std::unique_ptr<line_writer>> to_file(const std::string& path);
  /// Writes what waits. Blocks as long as the reader stalls.
  ~line_writer();

  /// `line` has no line end. Never blocks.
  void write(const std::string& line);

private:
  struct state;
  explicit line_writer(std::unique_ptr<state> made) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace strata
