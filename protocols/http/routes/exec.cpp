// SPDX-License-Identifier: MIT
// POST S/exec and POST /api/sessions/exec.
#include "protocols/http/error_response.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/http/routes/output_events.hpp"
#include "protocols/json/exec_json.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// Identity first, then the JSON, then the command: the order in which the seed complains.
result<exec_request> decode_exec(const exchange& asked) {
  STRATA_TRY(auto session, session_of(asked));
  STRATA_TRY(auto operation, read_exec(asked.request.body));
  if (const auto& uid = operation.session.expect_uid; !uid.empty())
    STRATA_CHECK(expect_uid(session, uid));
  operation.session = std::move(session);
  return operation;
}

output_events::ending ending_of(const exchange& of, const result<exec_response>& answer) {
  if (!answer)
    return {"error", error_response(answer.error(), {{}, of.context.request_id}).body};
  // A command that is handed over goes on: what it has not yet told is for those who ask by its id.
  const bool ended = answer->state == process_state::ended;
  return {ended ? "end" : "running", to_text(end_to_json(*answer)), !ended};
}

/// The answer begins when the command has started; until then an error is one like any other.
void serve_as_events(exchange& asked, exec_request operation) {
  auto self = asked.shared_from_this();
  auto events = std::make_shared<std::shared_ptr<output_events>>(); // on the strand only
  operation.on_started = [self, events](exec_started begun) {
    boost::asio::post(self->strand(), [self, events, begun = std::move(begun)]() mutable {
      *events = std::make_shared<output_events>(
        self, std::move(begun.output),
        ordered_json{
          {"id", begun.id}, {"pid", begun.pid}, {"session_uid", begun.session_uid}, {"session_created", begun.session_created}});
      if (!self->is_open()) // its client left meanwhile
        return (*events)->abandon();
      http_response response;
      response.content_type = "text/event-stream";
      response.headers.emplace_back("X-Accel-Buffering", "no");
      response.stream = *events;
      self->answer(std::move(response));
    });
  };
  asked.follow(std::move(operation), [events](exchange& to, result<exec_response> answer) {
    if (auto begun = std::exchange(*events, nullptr))
      begun->finish(ending_of(to, answer));
    else if (!answer)
      to.fail(answer.error());
    else // it has not begun yet, or it was answered before
      to.answer(to_json(*answer), answer->state == process_state::ended ? 200 : 202);
  });
}

} // namespace

void serve_exec(exchange& asked) {
  auto operation = decode_exec(asked);
  if (!operation)
    return asked.fail(operation.error());
  if (asked.request.header("accept").find("text/event-stream") != std::string_view::npos)
    return serve_as_events(asked, std::move(*operation));
  auto place = place_of(operation->session);
  asked.call(std::move(*operation), [place = std::move(place)](exchange& to, const exec_response& answer) {
    const bool handed_over = answer.state != process_state::ended;
    if (handed_over)
      to.answer_headers.emplace_back("Location", fmt::format("{}/processes/{}", place, percent_encode(answer.id)));
    to.answer(to_json(answer), handed_over ? 202 : 200);
  });
}

} // namespace strata
