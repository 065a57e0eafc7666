// SPDX-License-Identifier: MIT
#include "protocols/ws/shell_socket.hpp"

#include "protocols/http/message.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace strata {

namespace {

namespace websocket = boost::beast::websocket;
using websocket::close_code;

constexpr std::size_t longest_frame = 64 << 10;
constexpr std::chrono::seconds handshake_patience{10};
/// Half of it without a sign of the client: it is pinged. All of it: it is gone.
constexpr std::chrono::seconds silence{60};
/// A client that sends its input and closes at once (`websocat` at the end of its input) would close before the answer
/// comes. So early messages are not read too quickly one after the other.
constexpr std::chrono::seconds early{1};
constexpr std::chrono::milliseconds answer_time{250};

/// The request again, as Beast wants to read it.
std::string request_text(const http_request& request, const std::string& beyond) {
  auto text = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers)
    text += name + ": " + value + "\r\n";
  return text + "\r\n" + beyond;
}

result<terminal_view> as_terminal(result<terminal_view> view) { return view; }

result<terminal_view> as_terminal(result<process_view> view) {
  if (!view)
    return view.error();
  terminal_view made;
  made.id = view->info.id;
  made.name = view->info.name;
  made.pid = view->info.pid;
  if (view->info.terminal) {
    made.cols = view->info.terminal->cols;
    made.rows = view->info.terminal->rows;
  }
  made.session_uid = view->info.session_uid;
  made.viewer = view->viewer;
  made.sizes = std::move(view->sizes);
  made.output = std::move(view->output);
  made.input = std::move(view->input);
  made.lease = std::move(view->lease);
  return made;
}

close_code code_of(const error& why) {
  switch (why.code) {
  case errc::overloaded:
  case errc::quota_exceeded:
  case errc::rate_limited: return close_code::try_again_later;
  case errc::draining: return close_code::going_away;
  case errc::internal:
  case errc::session_lost: return close_code::internal_error;
  default: return close_code::policy_error;
  }
}

} // namespace

shell_socket::shell_socket(setup how, connection_socket socket, std::string beyond, std::function<void()> over)
  : how_{std::move(how)}, ws_{std::move(socket)}, timer_{ws_.get_executor()},
    handshake_{request_text(how_.asked->request, beyond)}, over_{std::move(over)}, encoder_{how_.choice.mode} {}

void shell_socket::start() {
  websocket::stream_base::timeout patience{handshake_patience, silence, true};
  ws_.set_option(patience);
  websocket::permessage_deflate compression;
  compression.server_enable = true;
  compression.msg_size_threshold = 256;
  compression.compLevel = 1;
  ws_.set_option(compression);
  ws_.read_message_max(longest_frame);
  ws_.set_option(websocket::stream_base::decorator([name = how_.choice.subprotocol](websocket::response_type& answer) {
    answer.set(boost::beast::http::field::server, "strata");
    if (!name.empty())
      answer.set(boost::beast::http::field::sec_websocket_protocol, name);
  }));
  ws_.async_accept(boost::asio::buffer(handshake_), [self = shared_from_this()](failure problem) { self->on_accepted(problem); });
}

void shell_socket::on_accepted(failure problem) {
  if (problem)
    return finish();
  if (closing_)
    return write_next();
  accepted_at_ = std::chrono::steady_clock::now();
  auto reply = [weak = weak_from_this(), strand = ws_.get_executor()](auto view) {
    boost::asio::post(strand, [weak, view = as_terminal(std::move(view))]() mutable {
      if (auto self = weak.lock())
        self->on_attached(std::move(view));
    });
  };
  std::visit(
    [&](const auto& operation) {
      session_ = operation.session;
      how_.asked->facts.call(operation, how_.asked->context, reply);
    },
    how_.operation);
}

void shell_socket::on_attached(result<terminal_view> view) {
  if (closed_)
    return;
  if (!view) {
    send(encoder_.failure(view.error()));
    return close(code_of(view.error()), std::string{to_string(view.error().code)});
  }
  view_ = std::move(*view);
  session_.expect_uid = view_->session_uid;
  if (view_->sizes) // before it is told to be ready: what happens after that is told, too
    view_->sizes->when_changed([weak = weak_from_this(), strand = ws_.get_executor()](terminal_size size) {
      boost::asio::post(strand, [weak, size] {
        if (auto self = weak.lock())
          self->on_resized(size);
      });
    });
  send(encoder_.ready(*view_));
  read_client();
  read_terminal();
}

void shell_socket::read_client() {
  if (closed_)
    return;
  ws_.async_read(incoming_, [self = shared_from_this()](failure problem, std::size_t) {
    if (problem)
      return self->finish(); // Beast has answered a close or a violation by itself
    self->on_message();
  });
}

void shell_socket::on_message() {
  const auto bytes = incoming_.data();
  auto message = read_shell_message(how_.choice.mode, ws_.got_text(), {static_cast<const char*>(bytes.data()), bytes.size()});
  incoming_.consume(incoming_.size());
  if (auto* input = std::get_if<terminal_input>(&message); input != nullptr && view_->input) {
    view_->input->write(std::move(input->bytes), [weak = weak_from_this(), strand = ws_.get_executor()](bool) {
      boost::asio::post(strand, [weak] {
        if (auto self = weak.lock())
          self->read_client_later();
      });
    });
    return;
  }
  if (const auto* size = std::get_if<terminal_resize>(&message); size != nullptr && view_->input)
    return ask(resize_terminal{session_, view_->id, size->cols, size->rows, {}, view_->viewer});
  if (auto* signal = std::get_if<terminal_signal>(&message); signal != nullptr && view_->input)
    return ask(signal_process{session_, view_->id, signal->name, signal->to});
  if (std::holds_alternative<terminal_input_end>(message) && view_->input)
    view_->input->end();
  if (const auto* why = std::get_if<error>(&message))
    send(encoder_.failure(*why));
  if (const auto* flow = std::get_if<terminal_flow>(&message)) {
    paused_ = !flow->on;
    read_terminal();
  }
  read_client();
}

void shell_socket::read_client_later() {
  if (how_.choice.mode != shell_mode::seed || std::chrono::steady_clock::now() - accepted_at_ > early)
    return read_client();
  timer_.expires_after(answer_time);
  timer_.async_wait([self = shared_from_this()](failure cancelled) {
    if (!cancelled)
      self->read_client();
  });
}

/// The client is read on when it is done: what it types next comes after it. An error is told; the terminal goes on.
template <class Operation> void shell_socket::ask(Operation operation) {
  how_.asked->facts.call(std::move(operation), how_.asked->context,
                         [weak = weak_from_this(), strand = ws_.get_executor()](auto answer) {
                           boost::asio::post(strand, [weak, answer = std::move(answer)] {
                             auto self = weak.lock();
                             if (!self)
                               return;
                             if (!answer)
                               self->send(self->encoder_.failure(answer.error()));
                             self->read_client();
                           });
                         });
}

void shell_socket::read_terminal() {
  if (closed_ || closing_ || paused_ || !view_ || !outgoing_.empty() || std::exchange(reading_terminal_, true))
    return;
  view_->output->read(longest_frame, [weak = weak_from_this(), strand = ws_.get_executor()](journal_batch batch) {
    boost::asio::post(strand, [weak, batch = std::move(batch)]() mutable {
      if (auto self = weak.lock())
        self->on_output(std::move(batch));
    });
  });
}

void shell_socket::on_output(journal_batch batch) {
  reading_terminal_ = false;
  if (must_be_whole() && std::any_of(batch.records.begin(), batch.records.end(), [](const auto& each) { return each.gap > 0; }))
    return close(close_code::internal_error, "output is missing here");
  send(encoder_.output(batch.records));
  if (batch.end) {
    send(encoder_.end(*batch.end));
    return close(close_code::normal, close_reason(*batch.end));
  }
  read_terminal(); // where half a character was all that came
}

/// Only the last one counts: a viewer that does not read must not make them pile up.
void shell_socket::on_resized(terminal_size size) {
  new_size_ = size;
  if (outgoing_.empty())
    send(encoder_.resized(*std::exchange(new_size_, std::nullopt)));
}

void shell_socket::send(std::vector<shell_frame> frames) {
  if (closed_ || closing_)
    return;
  outgoing_.insert(outgoing_.end(), std::make_move_iterator(frames.begin()), std::make_move_iterator(frames.end()));
  write_next();
}

void shell_socket::write_next() {
  if (writing_ || closed_)
    return;
  if (!outgoing_.empty()) {
    writing_ = true;
    ws_.text(outgoing_.front().text);
    ws_.async_write(boost::asio::buffer(outgoing_.front().data), [self = shared_from_this()](failure problem, std::size_t) {
      self->writing_ = false;
      if (problem)
        return self->finish();
      self->outgoing_.pop_front();
      self->write_next();
    });
    return;
  }
  if (new_size_)
    return on_resized(*new_size_);
  if (!closing_)
    return read_terminal();
  writing_ = true;
  websocket::close_reason reason{closing_->first};
  reason.reason = closing_->second;
  ws_.async_close(reason, [self = shared_from_this()](failure) { self->finish(); });
}

void shell_socket::close(close_code code, std::string reason) {
  if (closing_)
    return;
  reason.resize(std::min<std::size_t>(reason.size(), 120));
  closing_.emplace(code, std::move(reason));
  if (ws_.is_open() || accepted_at_ != std::chrono::steady_clock::time_point{})
    write_next();
}

/// A client that gets nothing but the bytes of a process must not take them for all of it. On a terminal they are what is
/// shown now.
bool shell_socket::must_be_whole() const {
  return how_.choice.mode == shell_mode::attach && std::holds_alternative<attach_process>(how_.operation);
}

void shell_socket::stop() { close(close_code::going_away, "server is stopping"); }

void shell_socket::abort() { finish(); }

void shell_socket::finish() {
  if (std::exchange(closed_, true))
    return;
  timer_.cancel();
  if (view_ && view_->sizes)
    view_->sizes->stop();
  if (view_)
    view_->output->cancel();
  view_.reset();
  failure ignored;
  ws_.next_layer().close(ignored);
  if (auto over = std::exchange(over_, nullptr))
    over();
}

} // namespace strata
