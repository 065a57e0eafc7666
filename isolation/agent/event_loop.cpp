// SPDX-License-Identifier: MIT
#include "isolation/agent/event_loop.hpp"

#include <algorithm>
#include <climits>
#include <ctime>
#include <sys/epoll.h>

namespace strata::agent {

event_loop::event_loop() : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {}

bool event_loop::watch(int fd, std::uint32_t events, handler ready) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    return false;
  handlers_[fd] = std::make_shared<handler>(std::move(ready));
  return true;
}

void event_loop::change(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void event_loop::forget(int fd) {
  if (handlers_.erase(fd) > 0)
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

event_loop::timer event_loop::after(int milliseconds, std::function<void()> due) {
  auto id = ++last_timer_;
  timers_.emplace(std::pair{now_ms() + milliseconds, id}, std::move(due));
  return id;
}

void event_loop::cancel(timer id) {
  std::erase_if(timers_, [id](const auto& entry) { return entry.first.second == id; });
}

void event_loop::run() {
  epoll_event events[64];
  for (;;) {
    auto count = ::epoll_wait(epoll_.get(), events, 64, until_next_timer());
    for (int i = 0; i < count; ++i) {
      auto found = handlers_.find(events[i].data.fd);
      if (found == handlers_.end())
        continue;
      auto keep = found->second; // the handler may forget itself
      (*keep)(events[i].events);
    }
    fire_timers();
  }
}

std::int64_t event_loop::now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

int event_loop::until_next_timer() const {
  if (timers_.empty())
    return -1;
  auto left = timers_.begin()->first.first - now_ms();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

void event_loop::fire_timers() {
  auto now = now_ms();
  auto newest = last_timer_; // a timer set by a timer waits for the next round, so that descriptors get their turn
  while (!timers_.empty() && timers_.begin()->first.first <= now && timers_.begin()->first.second <= newest) {
    auto due = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    due();
  }
}

} // namespace strata::agent
