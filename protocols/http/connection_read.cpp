// SPDX-License-Identifier: MIT
// The reading half of a connection.
#include "protocols/http/connection.hpp"

#include "protocols/http2_preface.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace strata {

namespace {

constexpr std::size_t head_piece = 4 << 10;
constexpr std::size_t most_of_body = 64 << 10;

} // namespace

std::string_view connection::unread() const {
  auto bytes = buffer_.data();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

/// How much may be read now: never more than the phase can use, so that a client cannot fill memory by being early.
std::size_t connection::room() const {
  const auto limit = core_->options.header_limit;
  switch (phase_) {
  case phase::idle:
  case phase::head: return std::min(head_piece, limit - std::min(limit, buffer_.size()) + 1);
  case phase::calling:
  case phase::streaming:
  case phase::answering: return std::min(head_piece, limit - std::min(limit, buffer_.size()));
  case phase::receiving: return want_piece_of_body_ ? most_of_body : 0;
  case phase::body:
  case phase::lingering: return most_of_body;
  case phase::upgraded:
  case phase::closed: break;
  }
  return 0;
}

void connection::want_bytes() {
  if (phase_ == phase::closed || phase_ == phase::upgraded || reading_ || peer_ended_)
    return;
  const auto bytes = room();
  if (bytes == 0)
    return watch_for_reset();
  reading_ = true;
  socket_.async_wait(connection_socket::wait_read, [self = shared_from_this()](failure) {
    self->reading_ = false;
    if (self->phase_ != phase::closed && self->phase_ != phase::upgraded)
      self->take_bytes();
  });
}

/// Nothing is lent to the kernel while it waits: a connection at rest holds no buffer.
void connection::take_bytes() {
  const auto bytes = room();
  if (bytes == 0)
    return want_bytes();
  if (phase_ == phase::receiving && buffer_.size() == 0 && parser_->may_pass_over())
    return take_into_pipe();
  failure problem;
  buffer_.commit(socket_.read_some(buffer_.prepare(bytes), problem));
  if (problem == boost::asio::error::would_block)
    return want_bytes();
  if (problem == boost::asio::error::eof)
    return on_end();
  if (problem)
    return lose();
  advance();
}

/// What is long goes to whom it is for without being looked at.
void connection::take_into_pipe() {
  if (!body_pipe_) {
    auto made = byte_pipe::make();
    if (!made)
      return refuse({http_fault::buffers_full, {}});
    body_pipe_ = std::make_shared<byte_pipe>(std::move(*made));
  }
  const auto got = body_pipe_->fill(socket_.native_handle(), std::min<std::uint64_t>(most_of_body, parser_->left()));
  if (got < 0)
    return errno == EAGAIN ? want_bytes() : lose();
  if (got == 0)
    return on_end();
  parser_->pass_over(static_cast<std::uint64_t>(got));
  wait_until(never);
  const auto give = std::exchange(want_piece_of_body_, nullptr);
  give(body_piece{{}, body_pipe_, static_cast<std::size_t>(got)});
  want_bytes();
}

/// Does what can be done with the bytes that are here.
void connection::advance() {
  if (phase_ == phase::idle && buffer_.size() > 0) {
    phase_ = phase::head;
    wait_for(core_->options.header_timeout);
  }
  if (phase_ == phase::head && is_http2())
    return;
  if (phase_ == phase::head)
    read_head();
  else if (phase_ == phase::body)
    read_body();
  else if (phase_ == phase::receiving)
    give_piece();
  else if (phase_ == phase::lingering || (phase_ == phase::answering && !keep_))
    buffer_.consume(buffer_.size()); // there is no next request
  if (peer_ended_ && phase_ == phase::idle && buffer_.size() == 0)
    return close();
  if (peer_ended_ && (phase_ == phase::head || phase_ == phase::body || (phase_ == phase::receiving && want_piece_of_body_)))
    return refuse({http_fault::bad_request, "it ends too early"});
  want_bytes();
}

/// Whether the connection speaks HTTP/2 and is somebody else's now, or may yet turn out to.
bool connection::is_http2() {
  if (!first_bytes_ || !core_->http2)
    return false;
  const auto verdict = judge_preface(unread());
  first_bytes_ = verdict == preface_verdict::more && !peer_ended_;
  if (first_bytes_)
    want_bytes();
  else if (verdict == preface_verdict::http2)
    give_socket(core_->http2);
  return first_bytes_ || verdict == preface_verdict::http2;
}

void connection::read_head() {
  const auto limit = core_->options.header_limit;
  const auto verdict = scan_.look(unread().substr(0, limit));
  if (verdict == header_scan::verdict::malformed)
    return refuse({http_fault::bad_request, "a bad line in the header"});
  if (verdict == header_scan::verdict::more) {
    if (buffer_.size() >= limit)
      refuse({http_fault::headers_too_large, {}});
    return;
  }
  asked_at_ = clock::now();
  parser_.emplace(core_->options.body_limit, core_->bodies);
  auto fault = parser_->read_head(unread().substr(scan_.begin(), scan_.end() - scan_.begin()));
  buffer_.consume(scan_.end());
  scan_ = {};
  if (fault)
    return refuse(*fault);
  auto head = parser_->take_head();
  head.peer = peer_;
  exchange_ = core_->service.open(std::move(head), socket_.get_executor(), [weak = weak_from_this()](http_response answer) {
    if (auto self = weak.lock())
      self->respond(std::move(answer));
  });
  if (exchange_->streams_body && !exchange_->refusal)
    return serve_while_receiving();
  if (auto too_long = parser_->judge_length())
    return refuse(*too_long);
  phase_ = phase::body;
  wait_for(core_->options.body_timeout);
  read_body();
  if (phase_ != phase::body)
    return;
  if (exchange_->refusal) // the rest of the body is not worth waiting for
    return serve();
  if (parser_->awaits_continue())
    send_interim("HTTP/1.1 100 Continue\r\n\r\n");
}

void connection::read_body() {
  std::size_t used = 0;
  auto fault = parser_->read_body(unread(), used);
  buffer_.consume(used);
  if (fault)
    return refuse(*fault);
  if (parser_->done())
    return serve();
  if (buffer_.size() > core_->options.header_limit) // a chunk's own line, or the trailer
    refuse({http_fault::headers_too_large, {}});
}

void connection::serve() {
  phase_ = phase::calling;
  wait_until(never);
  auto asked = exchange_; // an answer at once replaces the member
  asked->request.body = parser_->take_body();
  core_->service.serve(*asked);
}

/// The exchange asks for the body as it can use it; the client waits meanwhile.
void connection::serve_while_receiving() {
  parser_->stream();
  body_pipe_.reset(); // nothing of an earlier body may be in there
  phase_ = phase::receiving;
  wait_until(never);
  exchange_->next_piece = [weak = weak_from_this()](exchange::piece_receiver give) {
    auto self = weak.lock();
    if (!self || self->phase_ != phase::receiving)
      return;
    self->want_piece_of_body_ = std::move(give);
    boost::asio::post(self->socket_.get_executor(), [self] { // never from within
      if (self->phase_ != phase::receiving)
        return;
      if (self->parser_->awaits_continue())
        self->send_interim("HTTP/1.1 100 Continue\r\n\r\n");
      if (self->phase_ != phase::receiving) // it could not be sent
        return;
      self->wait_for(self->core_->options.body_timeout);
      self->advance();
    });
  };
  auto asked = exchange_;
  core_->service.serve(*asked);
}

/// What has come of the body goes to whom it is for; the deadline is for the next bytes of it, not for all.
void connection::give_piece() {
  if (!want_piece_of_body_)
    return;
  std::size_t used = 0;
  auto fault = parser_->read_body(unread(), used);
  buffer_.consume(used);
  if (fault)
    return refuse(*fault);
  auto piece = parser_->take_body();
  if (piece.empty() && !parser_->done()) {
    if (buffer_.size() > core_->options.header_limit) // a chunk's own line, or the trailer
      refuse({http_fault::headers_too_large, {}});
    return;
  }
  wait_until(never);
  if (piece.empty())
    phase_ = phase::calling;
  const auto give = std::exchange(want_piece_of_body_, nullptr);
  piece.empty() ? give(std::nullopt) : give(body_piece{std::move(piece), {}});
}

/// It is answered before its body is taken: what is here of that goes, and if it is all the connection can go on.
void connection::pass_over_body() {
  const auto parse = [this] {
    std::size_t used = 0;
    const bool sound = !parser_->read_body(unread(), used);
    buffer_.consume(used);
    parser_->take_body();
    return sound && !parser_->done();
  };
  if (parser_->done() || body_pipe_ || !parse() || peer_ended_)
    return;
  failure nothing_there;
  buffer_.commit(socket_.read_some(buffer_.prepare(most_of_body), nothing_there));
  parse();
}

void connection::on_end() {
  peer_ended_ = true;
  if (phase_ == phase::lingering)
    return close();
  if (phase_ == phase::calling)
    return probe();
  if (stream_) {
    watch_for_reset();
    return stream_->probe();
  }
  advance();
}

} // namespace strata
