// SPDX-License-Identifier: MIT
// GET S/processes/{process}/output, in three forms: JSON, bytes, events.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/http/routes/output_events.hpp"
#include "protocols/http/routes/output_place.hpp"
#include "protocols/http/routes/raw_output.hpp"
#include "protocols/json/process_json.hpp"

#include <algorithm>

namespace strata {

namespace {

enum class form { json, raw, events };

/// By ?as=, else by Accept.
result<form> form_of(const exchange& asked) {
  if (const auto* as = find_parameter(asked.query, "as")) {
    if (*as == "json" || *as == "raw" || *as == "sse")
      return *as == "json" ? form::json : *as == "raw" ? form::raw : form::events;
    return error{errc::invalid_argument, "as is none of json, raw and sse", {{"field", "as"}}};
  }
  const auto accept = asked.request.header("accept");
  if (accept.find("text/event-stream") != accept.npos)
    return form::events;
  return accept.find("application/octet-stream") != accept.npos ? form::raw : form::json;
}

result<read_output> decode_read(const exchange& asked) {
  read_output operation;
  STRATA_CHECK(read_output_place(asked, operation));
  STRATA_TRY(const auto limit, read_number(asked.query, "limit"));
  operation.limit = limit.value_or(operation.limit);
  STRATA_TRY(const auto wait, read_number(asked.query, "wait_ms"));
  operation.wait_ms = wait.value_or(0);
  if (const auto* until = find_parameter(asked.query, "until"))
    operation.until = *until;
  return operation;
}

result<attach_process> decode_follow(const exchange& asked) {
  attach_process operation;
  STRATA_CHECK(read_output_place(asked, operation));
  operation.read_only = true;
  if (const auto* manner = find_parameter(asked.query, "lag"))
    operation.lag = *manner;
  if (const auto last = asked.request.header("last-event-id"); !last.empty()) {
    STRATA_TRY(const auto offset, read_number({{"Last-Event-ID", std::string{last}}}, "Last-Event-ID"));
    operation.since = *offset;
    operation.from_end = false;
    operation.tail.reset();
  }
  return operation;
}

bool follows(const exchange& asked) {
  const auto* text = find_parameter(asked.query, "follow");
  return text && (*text == "1" || *text == "true");
}

http_response raw_response(std::int64_t offset, process_state state) {
  http_response response;
  response.content_type = "application/octet-stream";
  response.headers = {{"Strata-Offset", std::to_string(offset)}, {"Strata-State", std::string{to_string(state)}}};
  return response;
}

/// Up to the first gap; one that comes first is passed over, which Strata-Offset tells.
void answer_raw(exchange& to, const output_page& page) {
  auto record = page.records.begin();
  auto offset = page.records.empty() ? page.next : record->offset;
  for (; record != page.records.end() && record->gap > 0; ++record)
    offset = record->offset + record->gap;
  std::string bytes;
  auto next = page.next;
  for (; record != page.records.end(); ++record) {
    if (record->gap > 0) {
      next = record->offset;
      break;
    }
    bytes += record->bytes;
  }
  auto response = raw_response(offset, page.state);
  response.headers.emplace_back("Strata-Next", std::to_string(next));
  response.body = std::move(bytes);
  to.answer(std::move(response));
}

void stream_raw(exchange& to, process_view view) {
  auto response = raw_response(view.output->offset(), view.info.state);
  response.stream = std::make_shared<raw_output>(to.strand(), std::move(view));
  to.answer(std::move(response));
}

void stream_events(exchange& to, process_view view) {
  auto events =
    std::make_shared<output_events>(to.shared_from_this(), std::move(view.output), to_json(view.info), std::move(view.lease));
  events->finish_with_process([](const process_end& end) { return to_text(to_json(end)); });
  http_response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");
  response.stream = std::move(events);
  to.answer(std::move(response));
}

void follow(exchange& asked, form as) {
  auto operation = decode_follow(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.follow(std::move(*operation), [as](exchange& to, result<process_view> view) {
    if (!view)
      return to.fail(view.error());
    if (!to.is_open())
      return;
    as == form::raw ? stream_raw(to, std::move(*view)) : stream_events(to, std::move(*view));
  });
}

} // namespace

void serve_output(exchange& asked) {
  const auto as = form_of(asked);
  if (!as)
    return asked.fail(as.error());
  if (*as == form::events || (*as == form::raw && follows(asked)))
    return follow(asked, *as);
  auto operation = decode_read(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [as = *as](exchange& to, const output_page& page) {
    as == form::raw ? answer_raw(to, page) : to.answer(to_json(page));
  });
}

} // namespace strata
