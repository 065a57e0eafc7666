// SPDX-License-Identifier: MIT
#include "actors/early_calls.hpp"
#include "actors/refusals.hpp"
#include "actors/session.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// Of a terminal's past, for viewers that come without an offset: about what is on the screen.
constexpr std::int64_t replay_bytes = 64 << 10;

} // namespace

void session::on(call<attach_terminal> event) {
  if (over())
    return ports_.registry(std::move(event));
  if (draining_)
    return event.answer(stopping());
  if (too_early(event))
    return;
  const auto& asked = event.operation;
  if (auto* known = processes_.terminal(asked.terminal)) {
    if (known->viewers + known->openers.size() >= options_.max_viewers)
      return event.answer(too_many("open terminal", "viewers", options_.max_viewers));
    if (known->info.state == process_state::queued)
      return known->openers.push_back(std::move(event));
    return view(*known, std::move(event), false);
  }
  if (asked.create == "never")
    return event.answer(error{errc::terminal_not_found, fmt::format("terminal {} not found", asked.terminal)});
  if (processes_.live(process_kind::terminal) >= options_.max_terminals)
    return event.answer(too_many("open terminal", "terminals", options_.max_terminals));
  auto& made = add_process(process_kind::terminal);
  made.info.name = asked.terminal;
  made.info.argv = {"bash", "-l"};
  made.info.terminal = terminal_size{asked.cols.value_or(80), asked.rows.value_or(24)};
  made.output = journal::make({.tail_bytes = options_.terminal_cap_bytes, .replay_bytes = replay_bytes});
  made.input = std::make_shared<input_stream>();
  made.openers.push_back(std::move(event));
  command_spec spec;
  spec.argv = made.info.argv;
  launch(made, std::move(spec));
}

void session::view(process_record& viewed, call<attach_terminal> event, bool created) {
  const auto& asked = event.operation;
  const auto manner = asked.skip_when_behind ? lag::skip : lag::hold_back;
  auto reader = asked.since ? viewed.output->follow(*asked.since, manner)
                            : result<std::shared_ptr<journal_reader>>{viewed.output->follow_tail(replay_bytes, manner)};
  if (!reader)
    return event.answer(reader.error());
  auto& size = *viewed.info.terminal;
  if (!created && !asked.read_only && (asked.cols || asked.rows)) {
    size = {asked.cols.value_or(size.cols), asked.rows.value_or(size.rows)};
    sandbox_->resize_terminal(viewed.info.id, size, [](const result<bool>&) {}); // it may just have ended
  }
  terminal_view given;
  given.id = viewed.info.id;
  given.name = viewed.info.name;
  given.pid = viewed.info.pid;
  given.cols = size.cols;
  given.rows = size.rows;
  given.created = created;
  given.session_created = event.session_created;
  given.session_uid = info_.uid;
  given.output = std::move(*reader);
  if (!asked.read_only)
    given.input = viewed.input;
  given.lease = add_viewer(viewed);
  event.answer(std::move(given));
}

void session::on(call<resize_terminal> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  auto* process = processes_.terminal(asked.process);
  if (!process) {
    auto found = processes_.find(asked.process);
    if (!found)
      return event.answer(found.error());
    process = *found;
  }
  if (!process->info.terminal)
    return event.answer(error{errc::terminal_not_found, fmt::format("process {} has no terminal", process->info.id)});
  if (process->ended())
    return event.answer(error{errc::process_ended, fmt::format("process {} has ended", process->info.id)});
  process->info.terminal = terminal_size{asked.cols, asked.rows};
  touch();
  auto done = std::make_shared<reply<resized_terminal>>(std::move(event.answer));
  sandbox_->resize_terminal(process->info.id, *process->info.terminal,
                            [done](result<bool> resized) { resized ? (*done)(resized_terminal{}) : (*done)(resized.error()); });
}

} // namespace strata
