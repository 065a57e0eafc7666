// SPDX-License-Identifier: MIT
#include "actors/session.hpp"

#include "actors/request_checks.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

/// A tick further away than this is asked for in steps, so that ticks that were overtaken do not pile up in the clock.
constexpr std::chrono::seconds longest_wake{60};

} // namespace

std::shared_ptr<sandbox> own_sandbox(std::shared_ptr<sandbox> box) {
  auto* raw = box.get();
  return {raw, [box = std::move(box)](sandbox*) { box->close([] {}, {}); }};
}

session::session(session_setup setup, const runtime_options& options, session_ports ports)
    : options_{options}, ports_{std::move(ports)}, info_{std::move(setup.info)}, env_{std::move(setup.env)},
      user_{std::move(setup.user)}, cwd_{std::move(setup.cwd)}, counters_{std::move(setup.counters)} {
  counters_->last_active = info_.created_at.time_since_epoch().count();
}

session::~session() {
  ports_.self->close();
}

void session::start(sandbox_launcher& launcher) {
  launching_ = true;
  set_expiry(info_.expires_at);
  deadlines_.set(moment::create_timeout, 0, ports_.clock.now() + options_.create_timeout);
  settle();
  sandbox_spec spec{info_.key.owner_id, info_.key.session_id, info_.uid,
                    info_.network.mode == "host" ? network_mode::host : network_mode::none};
  launcher.launch(
    std::move(spec),
    [self = ports_.self](result<std::shared_ptr<sandbox>> built) {
      if (built)
        built = own_sandbox(std::move(*built));
      self->post(sandbox_ready{std::move(built)});
    },
    [self = ports_.self](std::string cause) { self->post(sandbox_died{std::move(cause)}); });
}

void session::handle(session_event event) {
  std::visit([this](auto& what) { on(std::move(what)); }, event);
  settle();
}

void session::on(sandbox_ready event) {
  launching_ = false;
  deadlines_.cancel(moment::create_timeout, 0);
  if (event.built)
    sandbox_ = std::move(*event.built);
  if (over()) // closed meanwhile: nobody wants it any more
    return close_sandbox();
  if (!event.built)
    return fail_launch(event.built.error());
  const auto& facts = sandbox_->facts();
  info_.state = session_state::ready;
  info_.driver = facts.driver;
  info_.isolation = facts.isolation;
  if (!facts.base.empty())
    info_.base = facts.base;
  ports_.registry(session_changed{snapshot()});
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(shown(creator.session_created));
  touch();
  for (auto& opener : std::exchange(early_openers_, {}))
    on(std::move(opener));
  for (auto exec = execs_.begin(); exec != execs_.end();)
    admit((exec++)->second); // admitting may end it
}

void session::fail_launch(const error& failure) {
  info_.state = session_state::failed;
  info_.closed_reason = "launch_failed";
  info_.state_reason = failure.message;
  ports_.registry(session_closing{snapshot()});
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(failure);
  for (auto& opener : std::exchange(early_openers_, {}))
    opener.answer(failure);
  while (!execs_.empty())
    finish(execs_.begin(), failure);
  if (!launching_)
    close_sandbox();
}

void session::on(sandbox_died event) {
  if (!over())
    lose(event.cause);
}

void session::lose(const std::string& cause) {
  if (over())
    return;
  auto execs = std::exchange(execs_, {}); // what is queued counts on the state of the same session: it is not moved to a new one
  begin_close("sandbox_lost", cause, "");
  for (auto& [number, exec] : execs) {
    exec.request.answer(error{errc::session_lost, fmt::format("session was lost: {}", cause),
                              {{"session_uid", info_.uid}, {"begun", exec.begun() ? "true" : "false"}}});
  }
}

void session::begin_close(std::string reason, std::string words, std::string exec_reason) {
  if (over())
    return;
  info_.state = session_state::closing;
  info_.closed_reason = std::move(reason);
  info_.state_reason = std::move(words);
  ports_.registry(session_closing{snapshot()});
  const error closed = draining_ ? error{errc::draining, "server is stopping", {{"retry_after", "1"}}}
                                 : error{errc::session_lost, fmt::format("session was closed: {}", info_.closed_reason)};
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(closed);
  for (auto& opener : std::exchange(early_openers_, {}))
    opener.answer(closed);
  for (auto& [name, shell] : shells_) {
    for (auto& opener : std::exchange(shell.openers, {}))
      opener.request.answer(closed);
    for (auto& closer : std::exchange(shell.closers, {}))
      closer.answer(closed_shell{});
  }
  for (auto& [number, question] : std::exchange(questions_, {}))
    question.answer(error{errc::session_not_found, "session not found"});
  for (auto exec = execs_.begin(); exec != execs_.end();) {
    auto here = exec++;
    if (here->second.begun())
      here->second.end_reason = exec_reason; // the sandbox tells its end and its last output
    else
      finish_unbegun(here, exec_reason);
  }
  // A sandbox that is being built is closed when it comes.
  if (!launching_)
    close_sandbox();
}

void session::close_sandbox() {
  if (!sandbox_) {
    on(sandbox_gone{});
    return on(sandbox_files_gone{});
  }
  sandbox_->close([self = ports_.self] { self->post(sandbox_gone{}); }, [self = ports_.self] { self->post(sandbox_files_gone{}); });
}

void session::on(sandbox_gone) {
  if (std::exchange(gone_, true))
    return;
  while (!execs_.empty()) { // the sandbox never told their end
    auto exec = execs_.begin();
    auto answer = make_answer(exec->second, info_.uid, ports_.clock.now());
    answer.reason = exec->second.end_reason;
    finish(exec, std::move(answer));
  }
  if (info_.state != session_state::failed)
    info_.state = session_state::closed;
  ports_.registry(session_gone{snapshot()});
  for (auto& closer : closers_)
    if (!closer.operation.wait_files)
      closer.answer(close_session_response{info_.closed_reason});
}

void session::on(sandbox_files_gone) {
  if (!gone_)
    on(sandbox_gone{});
  files_gone_ = true;
  for (auto& closer : std::exchange(closers_, {}))
    closer.answer(close_session_response{info_.closed_reason});
  finish_if_over();
}

void session::on(session_retire) {
  retired_ = true;
  finish_if_over();
}

void session::finish_if_over() {
  if (!files_gone_ || !retired_)
    return;
  ports_.registry(session_finished{info_.uid});
  ports_.finished();
}

void session::on(session_drain event) {
  draining_ = true;
  const error refused{errc::draining, "server is stopping", {{"retry_after", "1"}}};
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(refused);
  for (auto& opener : std::exchange(early_openers_, {}))
    opener.answer(refused);
  for (auto exec = execs_.begin(); exec != execs_.end();)
    if (auto here = exec++; !here->second.begun())
      finish(here, refused);
  deadlines_.set(moment::drain, 0, ports_.clock.now() + event.grace);
}

void session::on(session_tick event) {
  if (event.epoch != wake_epoch_ || over())
    return;
  wake_.reset();
  const auto now = ports_.clock.now();
  while (!over()) {
    const auto reached = deadlines_.take_due(now);
    if (!reached)
      break;
    due(reached->first, reached->second);
  }
}

void session::due(moment what, std::uint64_t number) {
  auto exec = execs_.find(number);
  const bool known = exec != execs_.end();
  switch (what) {
  case moment::create_timeout:
    return fail_launch({errc::internal, fmt::format("create session: sandbox was not ready within {} ms", options_.create_timeout.count())});
  case moment::exec_timeout:
    return known ? kill(exec->second, "timed_out") : void();
  case moment::queue_wait:
    if (!known || exec->second.at != exec_record::stage::queued)
      return;
    if (auto& shell = shells_.at(exec->second.request.operation.shell); shell.queue.holder() != number
        && (shell.queue.holder() || shell.queue.waiting().front() != number)) // the first of an opening shell waits for no one
      finish(exec, busy_error(shell));
    return;
  case moment::call_wait:
    return known ? hand_over(exec->second) : void();
  case moment::call_deadline:
    return known ? on(client_gone{exec->second.request.context.call_id}) : void();
  case moment::kill_patience:
    return lose(fmt::format("sandbox did not end a command within {} ms", options_.kill_patience.count()));
  case moment::drain:
    return begin_close("server_stopping", "", "session_closed");
  case moment::expiry:
    return begin_close("session_expired", "its absolute end was reached", "session_expired");
  case moment::idle:
    return begin_close("session_expired", fmt::format("idle for {} ms", info_.idle_ttl_ms), "session_expired");
  }
}

bool session::busy() const {
  const auto pending = [](const auto& shell) { return !shell.second.openers.empty() || !shell.second.closers.empty(); };
  return !execs_.empty() || !creators_.empty() || !early_openers_.empty() || std::any_of(shells_.begin(), shells_.end(), pending);
}

bool session::running() const {
  return std::any_of(execs_.begin(), execs_.end(), [](const auto& exec) { return exec.second.begun(); });
}

void session::touch() {
  counters_->last_active = ports_.clock.wall().time_since_epoch().count();
  if (info_.idle_ttl_ms > 0)
    deadlines_.set(moment::idle, 0, ports_.clock.now() + std::chrono::milliseconds{info_.idle_ttl_ms});
}

std::shared_ptr<const session_info> session::snapshot() const {
  return std::make_shared<const session_info>(info_);
}

void session::settle() {
  if (draining_ && !over() && !running())
    begin_close("server_stopping", "", "session_closed");
  const auto begun = std::count_if(execs_.begin(), execs_.end(), [](const auto& exec) { return exec.second.begun(); });
  counters_->running = begun;
  counters_->queued = static_cast<std::int64_t>(execs_.size()) - begun;
  counters_->shells = static_cast<std::int64_t>(shells_.size());
  if (over() || busy())
    deadlines_.cancel(moment::idle, 0);
  auto next = deadlines_.next();
  if (over() || !next)
    return;
  const auto at = std::min(*next, ports_.clock.now() + longest_wake);
  if (wake_ && *wake_ <= at)
    return;
  wake_ = at;
  ports_.wake_at(at, ++wake_epoch_);
}

} // namespace strata
