// SPDX-License-Identifier: MIT
#include "protocols/http/connection.hpp"

#include <boost/asio/post.hpp>
#include <netinet/tcp.h>

namespace strata {

namespace {

/// While a client that ended its side waits for a call, it is asked this often whether it is still there.
constexpr std::chrono::seconds probe_interval{15};

using keep_alive_idle = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
using keep_alive_interval = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
using keep_alive_count = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;

} // namespace

connection::connection(connection_socket socket, std::string peer, std::shared_ptr<server_core> core)
  : socket_{std::move(socket)}, timer_{socket_.get_executor()}, peer_{std::move(peer)}, core_{std::move(core)},
    buffer_{core_->options.header_limit + (128 << 10)} {
  failure ignored; // none of these can fail on a fresh socket, and only the first is needed
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  socket_.set_option(boost::asio::socket_base::keep_alive{true}, ignored);
  socket_.set_option(keep_alive_idle{30}, ignored);
  socket_.set_option(keep_alive_interval{10}, ignored);
  socket_.set_option(keep_alive_count{3}, ignored);
}

void connection::start() {
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ != phase::idle)
      return;
    self->wait_for(self->core_->options.idle_timeout);
    self->want_bytes();
  });
}

void connection::stop() {
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->stop_asked_ = true;
    if (self->successor_)
      return self->successor_->stop();
    if (self->phase_ == phase::idle && self->buffer_.size() == 0)
      self->close();
  });
}

void connection::abort() {
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->lose(); });
}

/// Deadlines move with every request and are missed seldom, so the timer is set anew only for one that comes before it
/// fires; when it fires early it looks again.
void connection::wait_until(clock::time_point deadline) {
  deadline_ = deadline;
  if (deadline >= armed_until_)
    return;
  armed_until_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([self = shared_from_this()](failure problem) {
    if (!problem)
      self->on_timer();
  });
}

void connection::on_timer() {
  if (phase_ == phase::closed)
    return;
  armed_until_ = never;
  if (clock::now() >= deadline_)
    on_deadline();
  else
    wait_until(deadline_);
}

void connection::on_deadline() {
  deadline_ = never;
  switch (phase_) {
  case phase::head:
  case phase::receiving:
  case phase::body: return refuse({http_fault::request_timeout, {}});
  case phase::calling: return probe();
  case phase::answering: { // a reset: what is left in the kernel's buffer would wait for that client as well
    failure ignored;
    socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
    return lose();
  }
  case phase::upgraded:
  case phase::streaming: return; // it has no deadline: the source keeps the connection alive
  case phase::idle:
  case phase::lingering: return close();
  case phase::closed: return;
  }
}

/// Hears of a reset when nothing can be read: at the end of the client's data, or when enough of it is buffered.
void connection::watch_for_reset() {
  if (watching_)
    return;
  watching_ = true;
  socket_.async_wait(connection_socket::wait_error, [self = shared_from_this()](failure problem) {
    self->watching_ = false;
    if (self->phase_ == phase::closed)
      return;
    boost::asio::detail::socket_option::integer<SOL_SOCKET, SO_ERROR> pending;
    failure unreadable;
    self->socket_.get_option(pending, unreadable);
    if (problem || unreadable || pending.value() != 0)
      self->lose();
  });
}

/// "100 Continue" and the like. They are small and the answer before them is out, so they fit the kernel's buffer; a
/// client that made them not fit is not worth waiting for.
void connection::send_interim(std::string_view line) {
  failure problem;
  auto sent = socket_.write_some(boost::asio::buffer(line.data(), line.size()), problem);
  if (problem || sent != line.size())
    lose();
}

void connection::probe() {
  watch_for_reset();
  if (!exchange_ || exchange_->request.version != 11)
    return;
  wait_for(probe_interval);
  send_interim("HTTP/1.1 102 Processing\r\n\r\n");
}

/// The client is gone, or as good as gone.
void connection::lose() {
  if (phase_ == phase::closed)
    return;
  if (auto successor = std::exchange(successor_, nullptr))
    successor->abort();
  want_piece_of_body_ = nullptr;
  if (phase_ == phase::calling || phase_ == phase::receiving)
    tell_access(0, false);
  else if (phase_ == phase::answering || phase_ == phase::streaming)
    tell_access(out_status_, false);
  if (auto stream = std::exchange(stream_, nullptr))
    stream->abandon();
  if (auto gone = std::exchange(exchange_, nullptr))
    gone->abandon();
  close();
}

void connection::close() {
  if (phase_ == phase::closed)
    return;
  phase_ = phase::closed;
  failure ignored;
  timer_.cancel(); // else its handler would keep this alive until it fires
  socket_.close(ignored);
  parser_.reset();
  exchange_.reset();
  file_.reset();
  lease_.reset();
  body_pipe_.reset();
  core_->connections.remove(*this);
}

} // namespace strata
