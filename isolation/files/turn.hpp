// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

namespace strata::files {

/// Of those who change entries of a directory by this program, one at a time (flock(2)), so that what one has looked at is still so
/// when it acts. Whoever else runs in the session may hold the lock as well, so nobody waits longer than five seconds. False: it
/// could not be had.
class turn {
public:
  explicit turn(const unique_fd& directory) : held_{::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)} {
    constexpr timespec pause{0, 5'000'000};
    for (int tries = 0; held_ && ::flock(held_.get(), LOCK_EX | LOCK_NB) != 0; ++tries) {
      if (errno != EWOULDBLOCK && errno != EINTR) // a file system that has no locks
        return;
      if (tries == 1000)
        held_.reset();
      else
        ::nanosleep(&pause, nullptr);
    }
    if (!held_ && errno == EACCES)
      held_.reset(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 3)); // it may be written to, but not read: then without
  }
  explicit operator bool() const noexcept { return static_cast<bool>(held_); }

private:
  unique_fd held_;
};

} // namespace strata::files
