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
  auto* terminal = processes_.terminal(asked.terminal);
  const bool missing = terminal == nullptr;
  if (missing && asked.create == "never")
    return event.answer(error{errc::terminal_not_found, fmt::format("terminal {} not found", asked.terminal)});
  if (missing) {
    auto made = make_terminal(asked.terminal, {asked.cols.value_or(80), asked.rows.value_or(24)}, options_.terminal_cap_bytes);
    if (!made)
      return event.answer(made.error());
    terminal = *made;
    terminal->info.argv = {"bash", "-l"};
  }
  if (terminal->viewers.size() + terminal->starters.size() >= options_.max_viewers)
    return event.answer(too_many("open terminal", "viewers", options_.max_viewers));
  if (terminal->info.state != process_state::queued)
    return view(*terminal, std::move(event), false);
  const auto held = std::make_shared<call<attach_terminal>>(std::move(event));
  terminal->starters.push_back({held->context.call_id, false, [this, held, missing](result<process_record*> started) {
                                  started ? view(**started, std::move(*held), missing) : held->answer(started.error());
                                }});
  if (missing) {
    command_spec spec;
    spec.argv = terminal->info.argv;
    launch(*terminal, std::move(spec));
  }
}

void session::on(call<open_terminal> event) {
  if (over())
    return ports_.registry(std::move(event));
  if (draining_)
    return event.answer(stopping());
  if (too_early(event))
    return;
  const auto& asked = event.operation;
  auto* terminal = processes_.terminal(asked.terminal);
  const bool missing = terminal == nullptr;
  command_spec spec;
  if (missing) {
    const terminal_size size{static_cast<std::uint16_t>(asked.cols), static_cast<std::uint16_t>(asked.rows)};
    auto made = make_terminal(asked.terminal, size, options_.terminal_cap_bytes);
    if (!made)
      return event.answer(made.error());
    terminal = *made;
    spec.command = asked.command;
    spec.argv = asked.command.empty() && asked.argv.empty() ? std::vector<std::string>{"bash", "-l"} : asked.argv;
    spec.env = asked.env;
    spec.cwd = asked.cwd;
    spec.user = asked.user;
    terminal->info.command = shortened(spec.command);
    terminal->info.argv = shortened(spec.argv);
    terminal->info.cwd = asked.cwd;
    terminal->info.user = asked.user;
    terminal->info.resize = asked.resize;
  }
  const auto held = std::make_shared<call<open_terminal>>(std::move(event));
  auto answer = [this, held, missing](result<process_record*> started) {
    if (!started)
      return held->answer(started.error());
    touch();
    auto info = (*started)->shown();
    info.created = missing;
    info.session_created = held->session_created;
    held->answer(std::move(info));
  };
  if (terminal->info.state != process_state::queued)
    return answer(terminal);
  if (terminal->starters.size() >= options_.max_queued_calls)
    return held->answer(error{errc::overloaded, "open terminal: too many calls wait for it to start", {{"retry_after", "1"}}});
  terminal->starters.push_back({held->context.call_id, false, std::move(answer)});
  if (missing)
    launch(*terminal, std::move(spec));
}

/// Not started yet. An empty name: its id.
result<process_record*> session::make_terminal(const std::string& name, terminal_size size, std::int64_t cap_bytes) {
  if (!name.empty() && processes_.terminal(name))
    return error{errc::invalid_argument, fmt::format("start process: a terminal {} is there already", name), {{"field", "name"}}};
  if (processes_.live(process_kind::terminal) >= options_.max_terminals)
    return too_many("open terminal", "terminals", options_.max_terminals);
  auto& made = add_process(process_kind::terminal);
  made.info.name = name.empty() ? made.info.id : name;
  made.info.terminal = size;
  made.info.resize = "last";
  made.output = journal::make({.tail_bytes = cap_bytes, .replay_bytes = replay_bytes});
  made.input = std::make_shared<input_stream>();
  made.screen = std::make_shared<live_screen>(made.output, size);
  return &made;
}

void session::view(process_record& viewed, call<attach_terminal> event, bool created) {
  const auto& asked = event.operation;
  const auto manner = asked.skip_when_behind ? lag::skip : lag::hold_back;
  auto reader = asked.since ? viewed.output->follow(*asked.since, manner)
                            : result<std::shared_ptr<journal_reader>>{viewed.output->follow_tail(replay_bytes, manner)};
  if (!reader)
    return event.answer(reader.error());
  process_viewer who;
  who.sizes = std::make_shared<size_news>();
  auto sizes = who.sizes;
  const bool sized = !asked.read_only && (asked.cols || asked.rows);
  const auto before = *viewed.info.terminal;
  if (sized)
    who.size = terminal_size{asked.cols.value_or(before.cols), asked.rows.value_or(before.rows)};
  auto [number, lease] = add_viewer(viewed, std::move(who));
  if (sized)
    viewer_resized(viewed, number);
  terminal_view given;
  given.id = viewed.info.id;
  given.name = viewed.info.name;
  given.pid = viewed.info.pid;
  given.cols = viewed.info.terminal->cols;
  given.rows = viewed.info.terminal->rows;
  given.viewer = number;
  given.created = created;
  given.session_created = event.session_created;
  given.session_uid = info_.uid;
  given.output = std::move(*reader);
  if (!asked.read_only)
    given.input = viewed.input;
  given.sizes = std::move(sizes);
  given.lease = std::move(lease);
  event.answer(std::move(given));
}

void session::on(call<resize_terminal> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  auto found = processes_.find(asked.process);
  if (!found)
    return event.answer(found.error());
  auto& process = **found;
  if (!process.info.terminal)
    return event.answer(error{errc::terminal_not_found, fmt::format("process {} has no terminal", process.info.id)});
  if (process.ended())
    return event.answer(error{errc::process_ended, fmt::format("process {} has ended", process.info.id)});
  touch();
  if (!asked.resize.empty()) {
    process.info.resize = asked.resize;
    fit_viewers(process);
  }
  if (asked.cols) {
    const terminal_size size{static_cast<std::uint16_t>(*asked.cols), static_cast<std::uint16_t>(*asked.rows)};
    const auto viewer = process.viewers.find(asked.viewer);
    if (viewer == process.viewers.end()) {
      set_size(process, size);
    } else {
      viewer->second.size = size;
      viewer_resized(process, viewer->first);
    }
  }
  event.answer(process.shown());
}

void session::viewer_resized(process_record& terminal, std::uint64_t viewer) {
  terminal.info.resize == "smallest" ? fit_viewers(terminal) : set_size(terminal, *terminal.viewers.at(viewer).size);
}

/// Where the smallest viewer decides.
void session::fit_viewers(process_record& terminal) {
  if (terminal.info.resize != "smallest")
    return;
  std::optional<terminal_size> smallest;
  for (const auto& [number, viewer] : terminal.viewers) {
    if (!viewer.size)
      continue;
    smallest = smallest ? terminal_size{std::min(smallest->cols, viewer.size->cols), std::min(smallest->rows, viewer.size->rows)}
                        : *viewer.size;
  }
  if (smallest)
    set_size(terminal, *smallest);
}

void session::set_size(process_record& terminal, terminal_size size) {
  if (*terminal.info.terminal == size || terminal.ended())
    return;
  terminal.info.terminal = size;
  terminal.screen->resized(size);
  sandbox_->resize_terminal(terminal.info.id, size, [](const result<bool>&) {}); // it may just have ended
  for (const auto& [number, viewer] : terminal.viewers)
    if (viewer.sizes && viewer.size != size)
      viewer.sizes->tell(size);
}

} // namespace strata
