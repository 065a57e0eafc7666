// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"
#include "isolation/files/failure.hpp"

namespace strata::files {

/// Takes the bodies of messages into a file at its position, without copying them through this program where the file can be spliced to
/// (splice(2)); one opened with O_APPEND cannot.
class body_to_file {
public:
  body_to_file(const channel& from, const unique_fd& file, const std::string& path) : from_{from}, file_{file}, path_{path} {}

  /// The body that comes next. `broken_off`: it did not come whole, or not at all.
  outcome take(const wire::files_head& head, bool& broken_off);

private:
  outcome copy(const wire::files_head& head, bool& broken_off);
  outcome splice(std::size_t length, bool& broken_off);
  outcome empty_pipe(std::size_t length);

  const channel& from_;
  const unique_fd& file_;
  const std::string& path_;
  unique_fd out_{}, in_{}; ///< of a pipe
  bool tried_ = false;
  std::string bytes_;
};

} // namespace strata::files
