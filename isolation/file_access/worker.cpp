// SPDX-License-Identifier: MIT
#include "isolation/file_access/worker.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <sys/socket.h>

namespace strata {

using failure = boost::system::error_code;

namespace {

bool send_descriptor(int socket, int descriptor, void* head, std::size_t length) {
  iovec part{head, length};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> rights{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = rights.data();
  message.msg_controllen = rights.size();
  auto* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(length);
}

} // namespace

file_worker::file_worker(strand where, opened_files opened, std::string user)
  : where_{std::move(where)}, id_{std::move(opened.id)}, user_{std::move(user)}, socket_{where_}, timer_{where_} {
  failure ignored; // a descriptor that is none fails at the first use
  socket_.assign(boost::asio::local::stream_protocol{}, opened.socket.release(), ignored);
}

void file_worker::wait_for(std::chrono::milliseconds patience) {
  timer_.expires_after(patience);
  timer_.async_wait([weak = weak_from_this()](failure cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled && self->pending_ > 0 && self->timer_.expiry() <= std::chrono::steady_clock::now())
      self->hang_up();
  });
}

void file_worker::send(wire::files_message what, std::string body, std::chrono::milliseconds patience,
                       std::function<void(bool)> sent) {
  out_head_ = {what, static_cast<std::uint32_t>(body.size())};
  out_ = std::move(body);
  finish_send(sizeof out_head_, patience, std::move(sent));
}

void file_worker::send_with(unique_fd descriptor, wire::files_message what, std::string body, std::chrono::milliseconds patience,
                            std::function<void(bool)> sent) {
  out_head_ = {what, static_cast<std::uint32_t>(body.size())};
  out_ = std::move(body);
  // Nothing is under way, so there is room for the head; a socket that has none fails as one that is closed.
  const bool put = send_descriptor(socket_.native_handle(), descriptor.get(), &out_head_, sizeof out_head_);
  if (!put)
    hang_up();
  finish_send(0, patience, std::move(sent));
}

void file_worker::send_data(std::string bytes, std::chrono::milliseconds patience, std::function<void(bool)> sent) {
  auto rest = bytes.size() > wire::max_files_data ? bytes.substr(wire::max_files_data) : std::string{};
  bytes.resize(bytes.size() - rest.size());
  send(wire::files_message::data, std::move(bytes), patience,
       [self = shared_from_this(), rest = std::move(rest), patience, sent = std::move(sent)](bool put) mutable {
         put && !rest.empty() ? self->send_data(std::move(rest), patience, std::move(sent)) : sent(put);
       });
}

void file_worker::finish_send(std::size_t head, std::chrono::milliseconds patience, std::function<void(bool)> sent) {
  wait_for(patience);
  ++pending_;
  const std::array parts{boost::asio::buffer(&out_head_, head), boost::asio::buffer(out_)};
  boost::asio::async_write(socket_, parts, [self = shared_from_this(), sent = std::move(sent)](failure problem, std::size_t) {
    if (--self->pending_ == 0)
      self->timer_.cancel();
    sent(!problem);
  });
}

void file_worker::receive(std::chrono::milliseconds patience, std::function<void(std::optional<message>)> got) {
  wait_for(patience);
  ++pending_;
  boost::asio::async_read(socket_, boost::asio::buffer(&in_head_, sizeof in_head_),
                          [self = shared_from_this(), got = std::move(got)](failure problem, std::size_t) mutable {
                            const bool data = self->in_head_.what == wire::files_message::data;
                            const auto most = data ? wire::max_files_data : wire::max_files_body;
                            if (!problem && self->in_head_.length <= most)
                              return self->receive_body(std::move(got));
                            --self->pending_;
                            self->hang_up();
                            got(std::nullopt);
                          });
}

void file_worker::receive_body(std::function<void(std::optional<message>)> got) {
  in_.resize(in_head_.length);
  boost::asio::async_read(socket_, boost::asio::buffer(in_),
                          [self = shared_from_this(), got = std::move(got)](failure problem, std::size_t) {
                            if (--self->pending_ == 0)
                              self->timer_.cancel();
                            if (!problem)
                              return got(message{self->in_head_.what, std::exchange(self->in_, {})});
                            self->hang_up();
                            got(std::nullopt);
                          });
}

void file_worker::watch(std::function<void()> ended) {
  socket_.async_wait(boost::asio::local::stream_protocol::socket::wait_read,
                     [self = shared_from_this(), ended = std::move(ended)](failure cancelled) {
                       if (!cancelled) // it has nothing to say now but its end
                         ended();
                     });
}

void file_worker::unwatch() {
  failure ignored;
  socket_.cancel(ignored);
}

void file_worker::hang_up() {
  failure ignored;
  timer_.cancel();
  socket_.close(ignored);
}

} // namespace strata
