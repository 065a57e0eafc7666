// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <string>

namespace strata {

/// Directory of strata-launcher and strata-agent: $STRATA_LIBEXEC if set and absolute, else that of the running
/// executable (/proc/self/exe).
result<std::string> libexec_directory();

/// The in-sandbox agent as a sealed memfd (memfd_create(2)): read once at the start, so that every session runs the
/// same bytes, whatever happens to the file, and nothing inside can change them. Immutable, hence thread safe.
class agent_image {
public:
  static result<agent_image> load(const std::string& path);

  /// Borrowed; close-on-exec.
  int fd() const noexcept { return memfd_.get(); }

private:
  explicit agent_image(unique_fd memfd) noexcept : memfd_{std::move(memfd)} {}

  unique_fd memfd_;
};

} // namespace strata
