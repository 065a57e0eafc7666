// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/request_checks.hpp"
#include "actors/session.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

/// Of a terminal's past, for viewers that come later or fall behind; what lies further back is a gap to them.
constexpr journal::bounds terminal_memory{.kept_bytes = 4 << 20, .window = 256 << 10, .replay_bytes = 64 << 10};

error too_many(std::string_view what, std::size_t most) {
  return {errc::overloaded, fmt::format("open terminal: max {} ({}) reached", what, most), {{"retry_after", "1"}}};
}

error no_such_process(const std::string& id) {
  return {errc::process_not_found, fmt::format("process {} is not running in this session", id.substr(0, 64))};
}

process_end end_of(const terminal& ended, const command_end& seen) {
  process_end end;
  end.left_running = seen.left_running;
  end.signal = seen.signal;
  if (!ended.end_reason.empty()) {
    end.reason = ended.end_reason;
  } else if (seen.how == command_end::cause::exited) {
    end.reason = "exited";
    end.exit_code = seen.exit_code;
  } else {
    end.reason = seen.how == command_end::cause::signalled ? "signalled" : "killed_by_user";
  }
  return end;
}

} // namespace

void session::on(call<attach_terminal> event) {
  if (over())
    return ports_.registry(std::move(event));
  if (draining_)
    return event.answer(stopping());
  if (info_.state == session_state::creating) {
    if (early_viewers_.size() >= options_.max_queued_calls)
      return event.answer(error{errc::overloaded, "open terminal: too many calls wait for this session", {{"retry_after", "1"}}});
    early_viewers_.push_back(std::move(event));
    return;
  }
  const auto& asked = event.operation;
  auto found = std::find_if(terminals_.begin(), terminals_.end(), [&](const auto& each) {
    return each.second.name == asked.terminal && each.second.end_reason.empty();
  });
  if (found != terminals_.end()) {
    auto& known = found->second;
    if (known.viewers + known.openers.size() >= options_.max_viewers)
      return event.answer(too_many("viewers", options_.max_viewers));
    if (known.pid == 0)
      return known.openers.push_back(std::move(event));
    return view(known, std::move(event), false);
  }
  if (asked.create == "never")
    return event.answer(error{errc::terminal_not_found, fmt::format("terminal {} not found", asked.terminal)});
  if (terminals_.size() >= options_.max_terminals)
    return event.answer(too_many("terminals", options_.max_terminals));
  const auto number = ++last_number_;
  auto& made = terminals_[number];
  made.number = number;
  made.id = make_process_id(number, info_.uid);
  made.name = asked.terminal;
  made.size = {asked.cols.value_or(80), asked.rows.value_or(24)};
  made.output = journal::make(terminal_memory);
  made.input = std::make_shared<input_stream>();
  made.openers.push_back(std::move(event));
  open(made);
}

void session::open(terminal& opened) {
  command_spec spec;
  spec.id = opened.id;
  spec.argv = {"bash", "-l"};
  spec.terminal = opened.size;
  spec.env = env_;
  spec.user = user_;
  spec.cwd = cwd_;
  spec.output = opened.output;
  spec.input = opened.input;
  spec.max_output_bytes = 0;
  const auto number = opened.number;
  deadlines_.set(moment::start_patience, number, ports_.clock.now() + options_.start_patience);
  sandbox_->run(
    std::move(spec),
    [self = ports_.self, number](result<int> pid) {
      self->post(terminal_started{number, std::move(pid)});
    },
    [self = ports_.self, number](result<command_end> end) {
      self->post(terminal_ended{number, std::move(end)});
    });
}

void session::on(terminal_started event) {
  auto found = terminals_.find(event.number);
  if (found == terminals_.end())
    return;
  deadlines_.cancel(moment::start_patience, event.number);
  auto& opened = found->second;
  auto openers = std::exchange(opened.openers, {});
  if (!event.pid) {
    const auto failure = event.pid.error();
    opened.output->end({"sandbox_lost", {}, {}, {}, 0});
    terminals_.erase(found);
    for (auto& opener : openers)
      opener.answer(failure);
    if (!over() && failure.code == errc::session_lost)
      lose(failure.message);
    return;
  }
  opened.pid = *event.pid;
  bool first = true;
  for (auto& opener : openers)
    view(opened, std::move(opener), std::exchange(first, false));
}

void session::view(terminal& viewed, call<attach_terminal> event, bool created) {
  const auto& asked = event.operation;
  const auto manner = asked.skip_when_behind ? lag::skip : lag::catch_up;
  auto reader = asked.since
                  ? viewed.output->follow(*asked.since, manner)
                  : result<std::shared_ptr<journal_reader>>{viewed.output->follow_tail(terminal_memory.replay_bytes, manner)};
  if (!reader)
    return event.answer(reader.error());
  if (!created && !asked.read_only && (asked.cols || asked.rows)) {
    viewed.size = {asked.cols.value_or(viewed.size.cols), asked.rows.value_or(viewed.size.rows)};
    sandbox_->resize_terminal(viewed.id, viewed.size, [](const result<bool>&) {}); // it may just have ended
  }
  terminal_view given;
  given.id = viewed.id;
  given.name = viewed.name;
  given.pid = viewed.pid;
  given.cols = viewed.size.cols;
  given.rows = viewed.size.rows;
  given.created = created;
  given.session_created = event.session_created;
  given.session_uid = info_.uid;
  given.output = std::move(*reader);
  if (!asked.read_only)
    given.input = viewed.input;
  ++viewed.viewers;
  given.lease =
    std::shared_ptr<void>{nullptr, [self = ports_.self, number = viewed.number](void*) { self->post(viewer_gone{number}); }};
  event.answer(std::move(given));
}

void session::on(viewer_gone event) {
  if (auto found = terminals_.find(event.number); found != terminals_.end() && found->second.viewers > 0)
    --found->second.viewers;
  touch();
}

void session::on(terminal_ended event) {
  auto ended = terminals_.extract(event.number);
  if (ended.empty())
    return;
  auto& gone = ended.mapped();
  gone.input->close();
  if (event.end) {
    counters_->output_bytes += event.end->output.out.bytes;
    gone.output->end(end_of(gone, *event.end));
  } else {
    gone.output->end({gone.end_reason.empty() ? "sandbox_lost" : gone.end_reason, {}, {}, {}, 0});
  }
  touch();
}

void session::on(call<resize_terminal> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  const terminal_size size{asked.cols, asked.rows};
  auto done = std::make_shared<reply<resized_terminal>>(std::move(event.answer));
  const auto told = [done](result<bool> resized) { resized ? (*done)(resized_terminal{}) : (*done)(resized.error()); };
  for (auto& [number, each] : terminals_)
    if ((each.id == asked.process || each.name == asked.process) && each.end_reason.empty()) {
      each.size = size;
      touch();
      return sandbox_->resize_terminal(each.id, size, told);
    }
  for (auto& [number, exec] : execs_)
    if (exec.id == asked.process && exec.begun())
      return sandbox_->resize_terminal(exec.id, size, told);
  (*done)(no_such_process(asked.process));
}

void session::on(call<signal_process> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  const auto is_it = [&](const auto& each) { return each.second.id == asked.process; };
  const auto exec = std::find_if(execs_.begin(), execs_.end(), is_it);
  const bool known = std::any_of(terminals_.begin(), terminals_.end(), is_it) || (exec != execs_.end() && exec->second.begun());
  if (!known)
    return event.answer(no_such_process(asked.process));
  touch();
  auto done = std::make_shared<reply<signalled_process>>(std::move(event.answer));
  sandbox_->signal_command(asked.process, signal_number(asked.signal).value_or(0), asked.to == "tree",
                           [done](result<bool> sent) { sent ? (*done)(signalled_process{}) : (*done)(sent.error()); });
}

/// The session ends: who waits is answered, and the sandbox ends the rest.
void session::close_terminals(const error& closed) {
  for (auto& viewer : std::exchange(early_viewers_, {}))
    viewer.answer(closed);
  for (auto& [number, each] : terminals_) {
    for (auto& opener : std::exchange(each.openers, {}))
      opener.answer(closed);
    each.end_reason = info_.closed_reason == "sandbox_lost"      ? "sandbox_lost"
                      : info_.closed_reason == "session_expired" ? "session_expired"
                                                                 : "session_closed";
  }
}

/// The sandbox never told how these ended.
void session::end_terminals() {
  for (auto& [number, each] : std::exchange(terminals_, {})) {
    each.input->close();
    each.output->end({each.end_reason, {}, {}, {}, 0});
  }
}

} // namespace strata
