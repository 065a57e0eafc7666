// SPDX-License-Identifier: MIT
#include "isolation/file_access/worker.hpp"

#include "isolation/passed_descriptor.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <sys/uio.h>

namespace strata {

using failure = boost::system::error_code;

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
  const iovec head{&out_head_, sizeof out_head_};
  if (send_with_descriptor(socket_.native_handle(), &head, 1, descriptor.get()) != static_cast<ssize_t>(sizeof out_head_))
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

void file_worker::send_data(std::shared_ptr<byte_pipe> from, std::size_t size, std::chrono::milliseconds patience,
                            std::function<void(bool)> sent) {
  out_head_ = {wire::files_message::data, static_cast<std::uint32_t>(size)};
  out_.clear();
  finish_send(sizeof out_head_, patience,
              [self = shared_from_this(), from = std::move(from), size, patience, sent = std::move(sent)](bool put) mutable {
                put ? self->send_rest(std::move(from), size, patience, std::move(sent)) : sent(false);
              });
}

void file_worker::send_rest(std::shared_ptr<byte_pipe> from, std::size_t size, std::chrono::milliseconds patience,
                            std::function<void(bool)> sent) {
  while (size > 0) {
    const auto put = socket_.is_open() ? from->drain(socket_.native_handle(), size) : 0;
    if (put > 0)
      size -= static_cast<std::size_t>(put);
    else if (put == 0 || errno != EAGAIN)
      return sent(false);
    else
      break;
  }
  if (size == 0)
    return sent(true);
  wait_for(patience);
  ++pending_;
  socket_.async_wait(
    boost::asio::local::stream_protocol::socket::wait_write,
    [self = shared_from_this(), from = std::move(from), size, patience, sent = std::move(sent)](failure problem) mutable {
      self->settle();
      problem ? sent(false) : self->send_rest(std::move(from), size, patience, std::move(sent));
    });
}

/// One thing less is under way.
void file_worker::settle() {
  if (--pending_ == 0)
    timer_.cancel();
}

void file_worker::finish_send(std::size_t head, std::chrono::milliseconds patience, std::function<void(bool)> sent) {
  wait_for(patience);
  ++pending_;
  const std::array parts{boost::asio::buffer(&out_head_, head), boost::asio::buffer(out_)};
  boost::asio::async_write(socket_, parts, [self = shared_from_this(), sent = std::move(sent)](failure problem, std::size_t) {
    self->settle();
    sent(!problem);
  });
}

void file_worker::receive(std::chrono::milliseconds patience, std::function<void(std::optional<message>)> got) {
  wait_for(patience);
  ++pending_;
  boost::asio::async_read(socket_, boost::asio::buffer(&in_head_, sizeof in_head_),
                          [self = shared_from_this(), got = std::move(got)](failure problem, std::size_t) mutable {
                            self->receive_rest(!problem, std::move(got));
                          });
}

void file_worker::receive_with(std::chrono::milliseconds patience, std::function<void(std::optional<message>, unique_fd)> got) {
  wait_for(patience);
  ++pending_;
  socket_.async_wait(boost::asio::local::stream_protocol::socket::wait_read, [self = shared_from_this(), patience,
                                                                              got = std::move(got)](failure problem) mutable {
    const auto descriptor = std::make_shared<unique_fd>(); // std::function wants to be copied
    const auto came =
      problem ? 0 : receive_with_descriptor(self->socket_.native_handle(), &self->in_head_, sizeof self->in_head_, *descriptor);
    if (came < 0 && (errno == EAGAIN || errno == EINTR)) {
      --self->pending_;
      return self->receive_with(patience, std::move(got));
    }
    self->receive_rest(
      came == static_cast<ssize_t>(sizeof self->in_head_),
      [got = std::move(got), descriptor](std::optional<message> told) { got(std::move(told), std::move(*descriptor)); });
  });
}

/// Behind the head, if that came.
void file_worker::receive_rest(bool begun, std::function<void(std::optional<message>)> got) {
  const auto most = in_head_.what == wire::files_message::data ? wire::max_files_data : wire::max_files_body;
  if (begun && in_head_.length <= most)
    return receive_body(std::move(got));
  --pending_;
  hang_up();
  got(std::nullopt);
}

void file_worker::receive_body(std::function<void(std::optional<message>)> got) {
  in_.resize(in_head_.length);
  boost::asio::async_read(socket_, boost::asio::buffer(in_),
                          [self = shared_from_this(), got = std::move(got)](failure problem, std::size_t) {
                            self->settle();
                            if (!problem)
                              return got(message{self->in_head_.what, std::exchange(self->in_, {})});
                            self->hang_up();
                            got(std::nullopt);
                          });
}

void file_worker::watch(std::function<void()> ended) {
  socket_.async_wait(boost::asio::local::stream_protocol::socket::wait_read,
                     [self = shared_from_this(), ended = std::move(ended)](failure cancelled) {
                       if (!cancelled || !self->socket_.is_open()) // it has nothing to say now but its end
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
