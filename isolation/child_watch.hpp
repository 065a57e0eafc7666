// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>

namespace strata {

/// Tells when a process ends, by its pidfd (pidfd_open(2)), and reaps it when it is our child (waitid(2) with P_PIDFD).
/// Runs on its executor (a strand). It keeps itself alive until then; dropping the last other reference changes nothing.
class child_watch : public std::enable_shared_from_this<child_watch> {
public:
  /// `ended` gets the wait status of waitpid(2) if the process was our child.
  using on_end = std::function<void(std::optional<int> status)>;

  child_watch(boost::asio::any_io_executor executor, unique_fd pidfd);

  void start(on_end ended);
  /// SIGKILL; a process that has ended is left alone, since a pidfd is never reused.
  void kill();

private:
  void wait();

  boost::asio::posix::stream_descriptor pidfd_;
  on_end ended_;
};

} // namespace strata
