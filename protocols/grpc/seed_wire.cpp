// SPDX-License-Identifier: MIT
#include "protocols/grpc/seed_wire.hpp"

#include "protocols/grpc/session_messages.hpp"
#include "protocols/grpc/terminal_size.hpp"

namespace strata {

error seed_wire::no_opening() { return {errc::invalid_argument, "owner_id and session_id required in first message"}; }

result<terminal_opening> seed_wire::opening_of(request& message) {
  if (message.ownerid().empty() || message.sessionid().empty())
    return no_opening();
  attach_terminal operation;
  operation.session.key = {message.ownerid(), message.sessionid()};
  return terminal_opening{std::move(operation), message_of(message)};
}

terminal_message seed_wire::message_of(request& message) {
  if (message.has_stdindata())
    return terminal_input{std::move(*message.mutable_stdindata())};
  if (!message.has_resize())
    return std::monostate{};
  auto size = size_of(message.resize(), "resize");
  if (!size)
    return size.error();
  return terminal_resize{size->cols, size->rows};
}

std::optional<seed_wire::event> seed_wire::ready(const terminal_view&) { return std::nullopt; }

std::optional<seed_wire::event> seed_wire::output(journal_record record) {
  if (record.gap > 0)
    return std::nullopt; // the message has no word for it
  event made;
  made.set_data(std::move(record.bytes));
  return made;
}

seed_wire::event seed_wire::end(const process_end&, std::int64_t) {
  event made;
  made.set_closed(true);
  return made;
}

std::optional<seed_wire::event> seed_wire::refused(const error& why) {
  event made;
  made.set_error(proto_text(why.message));
  return made;
}

} // namespace strata
