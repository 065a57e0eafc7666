// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

namespace strata {

/// For a command that must tidy up: while it lives, SIGINT, SIGTERM and SIGHUP (unless that was ignored, nohup(1)) wait at a
/// descriptor (signalfd(2)) instead of ending the process, and SIGPIPE is ignored. For a program with one thread.
class interruption {
public:
  interruption();
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

  /// Can be read once a signal came. Borrowed.
  int descriptor() const noexcept { return signals_.get(); }
  /// The first that came, or 0. Takes it.
  int signal() const;

private:
  unique_fd signals_;
};

} // namespace strata
