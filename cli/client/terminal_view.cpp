// SPDX-License-Identifier: MIT
#include "cli/client/terminal_view.hpp"

#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

namespace strata::client {

namespace {

constexpr char end_of_transmission = 4; // VEOF, termios(3)

int code_of(const v1::ProcessEvent::End& end) {
  return end.has_exit_code() ? end.exit_code() : end.has_signal() ? 128 + end.signal() : 0;
}

} // namespace

terminal_view::terminal_view(const connection_to_server& server, const std::shared_ptr<grpc::Channel>& channel, console& here,
                             view_order order)
  : here_{here}, order_{std::move(order)}, context_{server.context(std::chrono::seconds{0})},
    stub_{v1::TerminalService::NewStub(channel)}, stream_{stub_->Attach(context_.get())} {
  v1::TerminalInput first;
  auto& attach = *first.mutable_attach();
  *attach.mutable_session() = ref_of(order_.session);
  attach.set_terminal(order_.terminal);
  attach.set_read_only(order_.read_only);
  if (order_.since)
    attach.set_since(*order_.since);
  if (order_.must_be_there)
    attach.set_create(v1::CREATE_MODE_NEVER);
  // A person needs the present; a script needs all of it.
  attach.set_lag(::isatty(STDOUT_FILENO) == 1 ? v1::LAG_MODE_SKIP : v1::LAG_MODE_CATCH_UP);
  if (const auto [cols, rows] = console::size(); cols > 0 && rows > 0) {
    attach.mutable_size()->set_cols(cols);
    attach.mutable_size()->set_rows(rows);
  }
  send(first);
}

result<std::optional<int>> terminal_view::follow() {
  console::events events;
  if (!order_.read_only) {
    on_terminal_ = here_.set_raw();
    events.input = [this](std::string_view bytes) { take(bytes); };
    // A program that changes the terminal's mode between two reads loses an end of file, so it is typed more than once.
    events.end_of_input = [this] {
      on_terminal_ ? leave() : send_input({&end_of_transmission, 1});
      return !on_terminal_;
    };
  }
  events.signal = [this](int) { leave(); };
  events.resize = [this](std::uint16_t cols, std::uint16_t rows) {
    v1::TerminalInput message;
    message.mutable_resize()->set_cols(cols);
    message.mutable_resize()->set_rows(rows);
    send(message);
  };
  here_.start(std::move(events));

  std::optional<int> code;
  for (v1::TerminalEvent event; !code && stream_->Read(&event);)
    if (event.has_end())
      code = code_of(event.end());
    else if (!show(event))
      leave();
  context_->TryCancel();
  const auto status = stream_->Finish();
  if (!code && !left_ && !status.ok())
    return error_of(status);
  return code;
}

bool terminal_view::show(const v1::TerminalEvent& event) {
  if (event.has_output())
    return write_all(STDOUT_FILENO, event.output().data());
  if (event.has_gap())
    return write_all(STDOUT_FILENO,
                     fmt::format("\r\n[{} bytes of output left out: this terminal is too slow]\r\n", event.gap().length()));
  return true;
}

void terminal_view::take(std::string_view bytes) {
  if (!on_terminal_)
    return send_input(bytes);
  const auto typed = order_.keys.take(bytes);
  if (!typed.input.empty())
    send_input(typed.input);
  if (typed.detach)
    leave();
}

void terminal_view::leave() {
  left_ = true;
  context_->TryCancel();
}

void terminal_view::send_input(std::string_view bytes) {
  v1::TerminalInput message;
  message.set_input(bytes.data(), bytes.size());
  send(message);
}

void terminal_view::send(const v1::TerminalInput& message) {
  std::lock_guard guard{writing_};
  stream_->Write(message); // a failure is told by the end of the stream
}

} // namespace strata::client
