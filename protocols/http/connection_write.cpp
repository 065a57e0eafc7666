// SPDX-License-Identifier: MIT
// The writing half of a connection.
#include "protocols/http/connection.hpp"

#include <array>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t shown_target = 512;
/// What an idle connection may keep of its read buffer.
constexpr std::size_t kept_buffer = 8 << 10;

/// A target for a log: a client cannot write lines of its own there.
std::string printable(std::string_view target) {
  std::string text;
  for (char c : target) {
    auto size = text.size();
    if (c > 0x20 && c < 0x7f)
      text += c;
    else
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    if (text.size() > shown_target) {
      text.resize(size);
      break;
    }
  }
  return text;
}

} // namespace

/// Answers what could not be read. The connection cannot go on: where the next request begins is not known.
void connection::refuse(const read_fault& fault) {
  if (!exchange_)
    return respond(error_response(fault.fault, {}, fault.reason));
  auto asked = exchange_;
  asked->answer(error_response(fault.fault, {asked->request.header("accept"), asked->context.request_id}, fault.reason));
}

void connection::respond(http_response response) {
  if (phase_ == phase::closed)
    return;
  if (response.upgrade)
    return become(response.upgrade);
  if (phase_ == phase::receiving)
    pass_over_body();
  keep_ = exchange_ && parser_ && parser_->done() && parser_->keeps_alive() && !stop_asked_ && !core_->stopping
          && !(peer_ended_ && buffer_.size() == 0);
  const bool head_only = exchange_ && exchange_->request.method == "HEAD";
  want_piece_of_body_ = nullptr;
  framing_ = body_framing::length;
  length_ = response.length;
  if ((stream_ = std::move(response.stream)) && !length_) {
    framing_ = exchange_ && exchange_->request.version == 11 ? body_framing::chunked : body_framing::until_close;
    keep_ = keep_ && framing_ == body_framing::chunked;
  }
  file_ = head_only ? nullptr : std::move(response.file);
  file_at_ = response.file_offset;
  lease_ = std::move(response.lease);
  if (head_only && stream_) // RFC 9110 §9.3.2: the head alone, as it would be
    std::exchange(stream_, nullptr)->abandon();
  out_head_ = render_head(response, framing_, length_.value_or(response.body.size()), keep_);
  out_status_ = response.status;
  body_sent_ = 0;
  out_body_ = head_only ? std::string{} : std::move(response.body);
  out_at_ = 0;
  phase_ = phase::answering;
  wait_until(never);
  write_more();
}

void connection::become(const upgrade& make) {
  out_status_ = 101;
  tell_access(101, true);
  give_socket(make);
}

/// The socket goes to whom the connection becomes; this stays in its place among the connections until that one ends.
void connection::give_socket(const upgrade& make) {
  phase_ = phase::upgraded;
  wait_until(never);
  timer_.cancel();
  auto beyond = std::string{unread()};
  buffer_.consume(buffer_.size());
  failure ignored;
  socket_.cancel(ignored); // what waits for the client here
  parser_.reset();
  exchange_.reset();
  successor_ = make(std::move(socket_), std::move(beyond), [weak = weak_from_this()] {
    if (auto self = weak.lock()) {
      self->successor_.reset();
      self->close();
    }
  });
  successor_->start();
  if (stop_asked_ || core_->stopping)
    successor_->stop();
}

void connection::write_more() {
  while (out_at_ < out_head_.size() + out_body_.size()) {
    const auto of_body = out_at_ - std::min(out_at_, out_head_.size());
    const auto of_head = std::min(out_at_, out_head_.size());
    const std::array pieces{boost::asio::buffer(out_head_) + of_head, boost::asio::buffer(out_body_) + of_body};
    failure problem;
    const auto sent = socket_.write_some(pieces, problem);
    if (problem == boost::asio::error::would_block) {
      wait_for(core_->options.write_timeout); // from the last progress
      return socket_.async_wait(connection_socket::wait_write, [self = shared_from_this()](failure) {
        if (self->phase_ == phase::answering)
          self->write_more();
      });
    }
    if (problem)
      return lose();
    out_at_ += sent;
  }
  on_written();
}

void connection::on_written() {
  body_sent_ += out_body_.size();
  out_at_ = 0;
  if (stream_)
    return want_piece();
  if (file_)
    return send_file();
  finish_answer();
}

void connection::want_piece() {
  phase_ = phase::streaming;
  wait_until(never);
  std::string{}.swap(out_head_);
  std::string{}.swap(out_body_);
  stream_->next([weak = weak_from_this()](std::optional<std::string> piece) {
    if (auto self = weak.lock(); self && self->phase_ == phase::streaming)
      self->write_piece(std::move(piece));
  });
}

/// RFC 9112 §7.1.
void connection::write_piece(std::optional<std::string> piece) {
  const bool falls_short = length_ && body_sent_ + (piece ? piece->size() : 0) != *length_;
  if (!piece && (stream_->is_broken() || falls_short))
    return lose();
  const bool chunked = framing_ == body_framing::chunked;
  out_head_ = chunked ? fmt::format("{:x}\r\n", piece ? piece->size() : 0) : std::string{};
  out_body_ = std::move(piece).value_or(std::string{});
  if (out_body_.empty())
    stream_.reset(); // the last chunk is the empty one
  if (chunked)
    out_body_ += "\r\n";
  out_at_ = 0;
  phase_ = phase::answering;
  write_more();
}

void connection::finish_answer() {
  tell_access(out_status_, true);
  exchange_.reset();
  parser_.reset();
  file_.reset();
  lease_.reset();
  std::string{}.swap(out_head_);
  std::string{}.swap(out_body_);
  if (!keep_ || stop_asked_ || core_->stopping)
    return linger();
  phase_ = phase::idle;
  wait_for(core_->options.idle_timeout);
  if (buffer_.size() > 0) // the next request is here already; not from here, or a thousand of them would nest
    return boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
      if (self->phase_ == phase::idle)
        self->advance();
    });
  if (buffer_.capacity() > kept_buffer)
    buffer_.shrink_to_fit();
  want_bytes(); // of a body that was not asked for nothing was read
}

/// Ends our side and waits a little for the client to end its own: closing with bytes unread would make the kernel send
/// a reset, which can take the answer away from a client that is still sending.
void connection::linger() {
  if (peer_ended_)
    return close();
  failure problem;
  socket_.shutdown(connection_socket::shutdown_send, problem);
  if (problem)
    return close();
  phase_ = phase::lingering;
  buffer_.consume(buffer_.size());
  wait_for(core_->options.linger_timeout);
  want_bytes();
}

void connection::tell_access(int status, bool delivered) {
  if (!core_->options.on_access)
    return;
  access_record record;
  record.peer = peer_;
  if (exchange_) {
    record.request_id = exchange_->context.request_id;
    record.method = exchange_->request.method;
    record.target = printable(exchange_->request.target);
    record.took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - asked_at_);
  }
  record.status = status;
  record.sent_bytes = body_sent_ + out_at_ - std::min(out_at_, out_head_.size());
  record.delivered = delivered;
  core_->options.on_access(record);
}

} // namespace strata
