// SPDX-License-Identifier: MIT
#include "protocols/hangup_watch.hpp"

#include "isolation/unique_fd.hpp"

#include <array>
#include <sys/epoll.h>

namespace strata {

result<std::shared_ptr<hangup_watch>> hangup_watch::make(boost::asio::io_context& io) {
  unique_fd epoll{::epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll)
    return errno_error("create epoll instance");
  std::shared_ptr<hangup_watch> made{new hangup_watch{io, epoll.get()}};
  static_cast<void>(epoll.release());
  made->wait();
  return made;
}

result<std::uint64_t> hangup_watch::add(int fd, std::function<void()> hung_up) {
  std::lock_guard guard{mutex_};
  const auto id = ++last_id_;
  epoll_event event{};
  event.events = EPOLLONESHOT; // EPOLLHUP is always reported
  event.data.u64 = id;
  if (!epoll_.is_open() || ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event) != 0)
    return errno_error("watch connection");
  watched_.emplace(id, watched{fd, std::move(hung_up)});
  return id;
}

void hangup_watch::remove(std::uint64_t id) {
  std::lock_guard guard{mutex_};
  auto found = watched_.find(id);
  if (found == watched_.end())
    return;
  if (epoll_.is_open())
    ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, found->second.fd, nullptr);
  watched_.erase(found);
}

void hangup_watch::close() {
  std::lock_guard guard{mutex_};
  boost::system::error_code ignored;
  epoll_.close(ignored);
  watched_.clear();
}

void hangup_watch::wait() {
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [weak = weak_from_this()](boost::system::error_code problem) {
                      if (auto self = weak.lock(); self && !problem)
                        self->collect();
                    });
}

void hangup_watch::collect() {
  std::array<epoll_event, 64> events;
  std::vector<std::function<void()>> told;
  {
    std::lock_guard guard{mutex_};
    if (!epoll_.is_open())
      return;
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i)
      if (auto found = watched_.find(events[static_cast<std::size_t>(i)].data.u64);
          found != watched_.end() && found->second.hung_up)
        told.push_back(std::exchange(found->second.hung_up, nullptr));
    wait();
  }
  for (const auto& tell : told)
    tell();
}

} // namespace strata
