// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace strata {

/// Tells when a socket has ended in both directions, whoever ended it, without waking for its data: EPOLLHUP (epoll_ctl(2))
/// on an epoll instance that holds nothing else. Members may be called on any thread.
class hangup_watch : public std::enable_shared_from_this<hangup_watch> {
public:
  static result<std::shared_ptr<hangup_watch>> make(boost::asio::io_context& io);

  /// `hung_up` is called once, on an io thread; at once when it has ended already. The watch ends with remove(), which must
  /// come before `fd` is closed.
  result<std::uint64_t> add(int fd, std::function<void()> hung_up);
  void remove(std::uint64_t id);
  /// No more is told.
  void close();

private:
  struct watched {
    int fd;
    std::function<void()> hung_up;
  };
  hangup_watch(boost::asio::io_context& io, int epoll) : epoll_{io, epoll} {}
  void wait();
  void collect();

  boost::asio::posix::stream_descriptor epoll_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, watched> watched_;
  std::uint64_t last_id_ = 0;
};

} // namespace strata
