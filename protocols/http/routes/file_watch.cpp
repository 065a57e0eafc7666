// SPDX-License-Identifier: MIT
// GET S/files/watch, as JSON or as events.
#include "protocols/http/routes/file_place.hpp"
#include "protocols/http/routes/watch_events.hpp"
#include "protocols/json/search_json.hpp"

namespace strata {

namespace {

result<bool> as_events(const exchange& asked) {
  const auto* as = find_parameter(asked.query, "as");
  if (as == nullptr)
    return asked.request.header("accept").find("text/event-stream") != std::string_view::npos;
  if (*as == "json" || *as == "sse")
    return *as == "sse";
  return error{errc::invalid_argument, "as is neither json nor sse", {{"field", "as"}}};
}

result<watch_files> decode_watch(const exchange& asked) {
  watch_files operation;
  STRATA_CHECK(read_path(asked, operation));
  STRATA_TRY(operation.recursive, read_flag(asked.query, "recursive"));
  STRATA_TRY(operation.since, read_number(asked.query, "since"));
  STRATA_TRY(const auto wait, read_number(asked.query, "wait_ms"));
  operation.wait_ms = wait.value_or(0);
  STRATA_TRY(const auto limit, read_number(asked.query, "limit"));
  operation.limit = limit.value_or(operation.limit);
  return operation;
}

void follow(exchange& asked, watch_files operation) {
  if (const auto last = asked.request.header("last-event-id"); !last.empty()) {
    auto number = read_number({{"Last-Event-ID", std::string{last}}}, "Last-Event-ID");
    if (!number)
      return asked.fail(number.error());
    operation.since = number->value_or(-1) + 1;
  }
  operation.wait_ms = 0;
  asked.follow(operation, [operation](exchange& to, result<file_event_page> first) {
    if (!to.is_open())
      return;
    if (!first)
      return to.fail(first.error());
    http_response response;
    response.content_type = "text/event-stream";
    response.headers.emplace_back("X-Accel-Buffering", "no");
    response.stream = std::make_shared<watch_events>(to.shared_from_this(), operation, *first);
    to.answer(std::move(response));
  });
}

} // namespace

void serve_watch_files(exchange& asked) {
  const auto events = as_events(asked);
  if (!events)
    return asked.fail(events.error());
  auto operation = decode_watch(asked);
  if (!operation)
    return asked.fail(operation.error());
  if (*events)
    return follow(asked, std::move(*operation));
  asked.call(std::move(*operation), [](exchange& to, const file_event_page& page) { to.answer(to_json(page)); });
}

} // namespace strata
