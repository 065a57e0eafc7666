// SPDX-License-Identifier: MIT
#include "isolation/agent/server_link.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace strata::agent {

namespace {

// A server that reads nothing for so long is as good as gone; it connects again and starts afresh.
constexpr std::size_t max_queued_frames = 8192;
constexpr std::size_t max_queued_bytes = 16 * 1024 * 1024;
constexpr int frames_per_wake_up = 64;
// Without a free descriptor a caller stays in the backlog, and the socket readable.
constexpr int retry_ms = 50;

} // namespace

server_link::server_link(event_loop& loop, unique_fd control, request_handler on_request)
  : loop_{loop}, control_{std::move(control)}, on_request_{std::move(on_request)} {}

bool server_link::start() {
  await_server();
  return ::listen(control_.get(), 4) == 0 && loop_.watch(control_.get(), EPOLLIN, [this](std::uint32_t) { accept_newest(); });
}

void server_link::accept_newest() {
  unique_fd newest{::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!newest) {
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
      accept_later();
    return;
  }
  if (server_)
    hang_up();
  server_ = std::move(newest);
  ++connection_;
  greeted_ = false;
  if (!loop_.watch(server_.get(), EPOLLIN, [this](std::uint32_t events) { on_ready(events); }))
    hang_up();
}

void server_link::accept_later() {
  loop_.change(control_.get(), 0);
  loop_.after(retry_ms, [this] { loop_.change(control_.get(), EPOLLIN); });
}

void server_link::on_ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0)
    flush();
  if (server_ && (events & ~EPOLLOUT) != 0)
    receive();
}

void server_link::receive() {
  auto connection = connection_;
  for (int i = 0; i < frames_per_wake_up && server_ && connection == connection_; ++i) {
    wire::frame frame;
    switch (wire::receive_frame(server_.get(), frame)) {
    case wire::received::would_block: return;
    case wire::received::closed:
    case wire::received::malformed: return hang_up();
    case wire::received::got: break;
    }
    if (frame.number == 0)
      return hang_up();
    if (greeted_)
      on_request_({connection_, frame.number}, std::move(frame));
    else if (!greet(frame))
      return hang_up();
  }
}

bool server_link::greet(const wire::frame& first) {
  wire::hello hello;
  if (first.type != wire::message::hello || !wire::decode(first.body.data(), first.body.size(), hello)
      || hello.version != wire::protocol_version)
    return false;
  greeted_ = true;
  orphan_ms_ = std::min<std::uint32_t>(hello.orphan_ms, INT_MAX);
  loop_.cancel(orphan_timer_);
  orphan_timer_ = 0;
  reply({connection_, first.number}, wire::message::hello_reply, wire::hello_reply{});
  return true;
}

void server_link::refuse(requester to, wire::refusal why, int number, std::string text) {
  reply(to, wire::message::failure, wire::failure{why, number, std::move(text)});
}

void server_link::send(requester to, wire::message type, std::string body, std::vector<unique_fd> fds) {
  if (!server_ || !greeted_ || to.connection != connection_)
    return;
  if (queue_.size() >= max_queued_frames || queued_bytes_ + body.size() > max_queued_bytes)
    return hang_up();
  queued_bytes_ += body.size();
  queue_.push_back({type, to.number, std::move(body), std::move(fds)});
  if (queue_.size() == 1)
    flush();
}

void server_link::flush() {
  auto waited = queue_.size() > 1;
  while (!queue_.empty()) {
    auto& next = queue_.front();
    int fds[wire::max_descriptors];
    auto count = std::min(next.fds.size(), wire::max_descriptors);
    for (std::size_t i = 0; i < count; ++i)
      fds[i] = next.fds[i].get();
    auto failed = wire::send_frame(server_.get(), next.type, next.number, next.body, {fds, count});
    if (failed == EAGAIN)
      return loop_.change(server_.get(), EPOLLIN | EPOLLOUT);
    if (failed != 0)
      return hang_up();
    queued_bytes_ -= next.body.size();
    queue_.pop_front();
    waited = true;
  }
  if (waited)
    loop_.change(server_.get(), EPOLLIN);
}

void server_link::hang_up() {
  loop_.forget(server_.get());
  server_.reset();
  queue_.clear();
  queued_bytes_ = 0;
  if (orphan_timer_ == 0)
    await_server();
}

void server_link::await_server() {
  orphan_timer_ = loop_.after(static_cast<int>(orphan_ms_), [] { ::_exit(0); });
}

} // namespace strata::agent
