// SPDX-License-Identifier: MIT
#include "protocols/grpc/process_wire.hpp"

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/process_messages.hpp"
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"

namespace strata {

result<attached_opening<attach_process>> process_wire::opening_of(request& message) {
  if (!message.has_attach())
    return no_opening();
  return attached_opening<attach_process>{operation_of(message.attach()), {}};
}

terminal_message process_wire::message_of(request& message) {
  switch (message.request_case()) {
  case request::kInput: return terminal_input{std::move(*message.mutable_input())};
  case request::kEndOfInput: return terminal_input_end{};
  case request::kResize: {
    auto size = size_of(message.resize(), "resize");
    if (!size)
      return size.error();
    return terminal_resize{size->cols, size->rows};
  }
  case request::kSignal: {
    auto target = target_of(message.signal().to());
    if (!target)
      return target.error();
    return terminal_signal{message.signal().signal(), std::move(*target)};
  }
  case request::kAttach: return error{errc::invalid_argument, "attach is given twice"};
  case request::REQUEST_NOT_SET: break;
  }
  return error{errc::invalid_argument, "a message says nothing"};
}

std::optional<process_wire::event> process_wire::ready(const process_view& view) { return event_of(view); }
std::optional<process_wire::event> process_wire::output(journal_record record) { return event_of(std::move(record)); }
process_wire::event process_wire::end(const process_end& how, std::int64_t next) { return event_of(how, next); }

std::optional<process_wire::event> process_wire::resized(terminal_size size) {
  event made;
  made.mutable_resized()->set_cols(size.cols);
  made.mutable_resized()->set_rows(size.rows);
  return made;
}

std::optional<process_wire::event> process_wire::refused(const error& why) {
  event made;
  made.mutable_refused()->set_code(std::string{to_string(why.code)});
  made.mutable_refused()->set_message(proto_text(why.message));
  return made;
}

std::optional<process_wire::event> process_wire::keepalive() {
  event made;
  made.mutable_keepalive();
  return made;
}

} // namespace strata
