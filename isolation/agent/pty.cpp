// SPDX-License-Identifier: MIT
#include "isolation/agent/pty.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>

namespace strata::agent {

pty open_pty(std::uint16_t cols, std::uint16_t rows) {
  // Whatever the payload has put there: opening it must not block, and only a pty answers these calls.
  unique_fd controller{::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
  int locked = 0;
  if (!controller || ::ioctl(controller.get(), TIOCSPTLCK, &locked) != 0)
    return {};
  unique_fd terminal{::ioctl(controller.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)};
  if (!terminal || !resize_pty(controller, cols, rows))
    return {};
  return {std::move(controller), std::move(terminal)};
}

bool resize_pty(const unique_fd& controller, std::uint16_t cols, std::uint16_t rows) {
  winsize size{rows, cols, 0, 0};
  return ::ioctl(controller.get(), TIOCSWINSZ, &size) == 0;
}

} // namespace strata::agent
