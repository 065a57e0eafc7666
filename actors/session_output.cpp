// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/session.hpp"

#include <tuple>

namespace strata {

namespace {

using std::chrono::milliseconds;

stream_set streams_of(const std::string& name) {
  for (auto stream : {output_stream::out, output_stream::err, output_stream::merged})
    if (name == to_string(stream))
      return stream_set{stream};
  return {};
}

/// The two operations that read begin at the same places.
template <class Operation>
result<std::shared_ptr<journal_reader>> reader_for(const process_record& process, const Operation& asked, lag manner) {
  const auto streams = streams_of(asked.stream);
  if (asked.tail)
    return process.output->follow_tail(*asked.tail, manner, streams);
  if (asked.from_end)
    return process.output->follow_tail(0, manner, streams);
  return process.output->follow(asked.since, manner, streams);
}

lag manner_of(const process_record& process, const std::string& asked) {
  if (process.blocks)
    return lag::hold_back;
  const bool skips = asked.empty() ? process.info.terminal.has_value() : asked == "skip";
  return skips ? lag::skip : lag::catch_up;
}

} // namespace

void session::on(call<read_output> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  auto found = processes_.find(asked.process);
  if (!found)
    return event.answer(found.error());
  const auto& process = **found;
  if (queries_.size() >= options_.max_queued_calls)
    return event.answer(error{errc::overloaded, "read output: too many calls wait", {{"retry_after", "1"}}});
  auto reader = reader_for(process, asked, lag::catch_up);
  if (!reader)
    return event.answer(reader.error());
  touch();
  const auto number = ++last_wait_;
  const auto answer = std::make_shared<reply<output_page>>(std::move(event.answer));
  auto told = [self = ports_.self, number, answer, id = process.info.id, began = process.info.state](output_page page) {
    page.id = id;
    page.state = page.end                         ? process_state::ended
                 : began == process_state::queued ? process_state::queued
                                                  : process_state::running;
    (*answer)(std::move(page));
    self->post(output_told{number});
  };
  const auto query = std::make_shared<output_query>(
    std::move(*reader), output_query::wish{asked.limit, asked.until, asked.wait_ms > 0}, std::move(told));
  queries_.emplace(number, std::pair{event.context.call_id, query});
  if (asked.wait_ms > 0) {
    deadlines_.set(moment::output_wait, number, ports_.clock.now() + milliseconds{asked.wait_ms});
    event.ticket->attach([self = ports_.self, id = event.context.call_id] { self->post(client_gone{id}); });
  }
  query->start();
}

void session::on(output_told event) {
  queries_.erase(event.number);
  deadlines_.cancel(moment::output_wait, event.number);
}

void session::on(call<attach_process> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  auto found = processes_.find(asked.process);
  if (!found)
    return event.answer(found.error());
  auto& process = **found;
  if (process.viewers.size() >= options_.max_viewers)
    return event.answer(too_many("follow process", "viewers", options_.max_viewers));
  auto reader = reader_for(process, asked, manner_of(process, asked.lag));
  if (!reader)
    return event.answer(reader.error());
  process_view view;
  view.output = std::move(*reader);
  if (!asked.read_only && !process.ended())
    view.input = process.input;
  if (process.screen)
    view.sizes = std::make_shared<size_news>();
  std::tie(view.viewer, view.lease) = add_viewer(process, {{}, view.sizes});
  view.info = process.shown();
  touch();
  event.answer(std::move(view));
}

/// Its number, and what tells us of its end.
std::pair<std::uint64_t, std::shared_ptr<void>> session::add_viewer(process_record& process, process_viewer who) {
  const auto viewer = ++last_wait_;
  process.viewers.emplace(viewer, std::move(who));
  return {viewer, {nullptr, [self = ports_.self, number = process.number, viewer](void*) {
                     self->post(viewer_gone{number, viewer});
                   }}};
}

void session::on(viewer_gone event) {
  auto* process = processes_.find(event.number);
  if (process && process->viewers.erase(event.viewer) > 0)
    fit_viewers(*process);
  touch();
}

} // namespace strata
