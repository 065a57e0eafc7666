// SPDX-License-Identifier: MIT
#include "isolation/child_watch.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata {

namespace {

/// Whether the process has really ended. A wake-up alone does not say so: Asio may still hand on an event of an earlier
/// descriptor whose place this one has taken (seen under load: a live session was taken for dead, a dead child not reaped).
bool has_ended(int pidfd) {
  pollfd look{pidfd, POLLIN, 0};
  return ::poll(&look, 1, 0) == 1;
}

/// The status of a child of ours; nothing for any other process.
std::optional<int> reap(int pidfd) {
  siginfo_t info{};
  while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &info, WEXITED) != 0)
    if (errno != EINTR)
      return std::nullopt;
  return info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
}

} // namespace

child_watch::child_watch(boost::asio::any_io_executor executor, unique_fd pidfd) : pidfd_{std::move(executor), pidfd.release()} {}

void child_watch::start(on_end ended) {
  ended_ = std::move(ended);
  wait();
}

void child_watch::wait() {
  pidfd_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](boost::system::error_code failed) {
                      if (failed)
                        return;
                      if (!has_ended(self->pidfd_.native_handle()))
                        return self->wait();
                      auto status = reap(self->pidfd_.native_handle());
                      boost::system::error_code ignored;
                      self->pidfd_.close(ignored);
                      if (auto told = std::exchange(self->ended_, nullptr))
                        told(status);
                    });
}

void child_watch::kill() {
  if (pidfd_.is_open())
    ::syscall(SYS_pidfd_send_signal, pidfd_.native_handle(), SIGKILL, nullptr, 0);
}

} // namespace strata
