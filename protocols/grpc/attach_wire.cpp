// SPDX-License-Identifier: MIT
#include "protocols/grpc/attach_wire.hpp"

#include "protocols/grpc/exec_messages.hpp"
#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"
#include "protocols/grpc/times.hpp"

namespace strata {

namespace {

template <class Size> terminal_message resize_of(const Size& size) {
  auto judged = size_of(size, "resize");
  if (!judged)
    return judged.error();
  return terminal_resize{judged->cols, judged->rows};
}

} // namespace

result<terminal_opening> attach_wire::opening_of(request& message) {
  if (!message.has_attach())
    return no_opening();
  const auto& attach = message.attach();
  attach_terminal operation;
  operation.session = session_of(attach.session());
  if (!attach.terminal().empty())
    operation.terminal = attach.terminal();
  if (attach.has_size()) {
    STRATA_TRY(const auto size, size_of(attach.size(), "size"));
    operation.cols = size.cols;
    operation.rows = size.rows;
  }
  if (attach.has_since())
    operation.since = attach.since();
  operation.read_only = attach.read_only();
  if (attach.lag() < v1::LAG_MODE_UNSPECIFIED || attach.lag() > v1::LAG_MODE_CATCH_UP)
    return unknown_enum("lag", attach.lag());
  operation.skip_when_behind = attach.lag() != v1::LAG_MODE_CATCH_UP;
  STRATA_TRY(operation.create, create_mode_of(attach.create()));
  return terminal_opening{std::move(operation), {}};
}

terminal_message attach_wire::message_of(request& message) {
  switch (message.request_case()) {
  case request::kInput: return terminal_input{std::move(*message.mutable_input())};
  case request::kResize: return resize_of(message.resize());
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

std::optional<attach_wire::event> attach_wire::ready(const terminal_view& view) {
  event made;
  auto& ready = *made.mutable_ready();
  ready.set_id(view.id);
  ready.set_terminal(view.name);
  ready.set_pid(view.pid);
  ready.mutable_size()->set_cols(view.cols);
  ready.mutable_size()->set_rows(view.rows);
  ready.set_offset(view.output->offset());
  ready.set_created(view.created);
  ready.set_session_uid(view.session_uid);
  ready.set_session_created(view.session_created);
  return made;
}

std::optional<attach_wire::event> attach_wire::output(journal_record record) {
  event made;
  if (record.gap > 0) {
    made.mutable_gap()->set_offset(record.offset);
    made.mutable_gap()->set_length(record.gap);
    made.mutable_gap()->set_why(std::string{to_string(record.why)});
    return made;
  }
  auto& output = *made.mutable_output();
  output.set_offset(record.offset);
  set_time(record.time, *output.mutable_time());
  output.set_data(std::move(record.bytes));
  return made;
}

attach_wire::event attach_wire::end(const process_end& how, std::int64_t next) {
  event made;
  auto& end = *made.mutable_end();
  end.set_reason(how.reason);
  if (how.exit_code)
    end.set_exit_code(*how.exit_code);
  if (how.signal)
    end.set_signal(*how.signal);
  end.mutable_limits_hit()->Add(how.limits_hit.begin(), how.limits_hit.end());
  end.set_left_running(how.left_running);
  end.set_next(next);
  return made;
}

std::optional<attach_wire::event> attach_wire::resized(terminal_size size) {
  event made;
  made.mutable_resized()->set_cols(size.cols);
  made.mutable_resized()->set_rows(size.rows);
  return made;
}

std::optional<attach_wire::event> attach_wire::refused(const error& why) {
  event made;
  made.mutable_refused()->set_code(std::string{to_string(why.code)});
  made.mutable_refused()->set_message(proto_text(why.message));
  return made;
}

std::optional<attach_wire::event> attach_wire::keepalive() {
  event made;
  made.mutable_keepalive();
  return made;
}

} // namespace strata
