// SPDX-License-Identifier: MIT
#include "actors/session.hpp"

#include "config/log.hpp"

#include <algorithm>

namespace strata {

std::shared_ptr<sandbox> own_sandbox(std::shared_ptr<sandbox> box) {
  auto* raw = box.get();
  return {raw, [box = std::move(box)](sandbox*) { box->close([] {}, {}); }};
}

session::session(session_setup setup, const runtime_options& options, session_ports ports)
  : options_{options}, ports_{std::move(ports)}, info_{std::move(setup.info)}, env_{std::move(setup.env)},
    user_{std::move(setup.user)}, cwd_{std::move(setup.cwd)}, counters_{std::move(setup.counters)},
    processes_{{options.max_ended_processes, options.ended_output_bytes, options.ended_memory_bytes}} {
  counters_->last_active = info_.created_at.time_since_epoch().count();
}

session::~session() {
  ports_.self->close();
  for (auto& [number, process] : processes_.all())
    process.output->end({"server_lost", {}, {}, {}, 0});
  for (auto& [number, query] : queries_)
    query.second->expire();
}

void session::start(sandbox_launcher& launcher) {
  launching_ = true;
  set_expiry(info_.expires_at);
  deadlines_.set(moment::create_timeout, 0, ports_.clock.now() + options_.create_timeout);
  settle();
  sandbox_spec spec{info_.key.owner_id, info_.key.session_id, info_.uid,
                    info_.network.mode == "host" ? network_mode::host : network_mode::none, to_resources(info_.limits)};
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
  std::visit([this](auto& what) { on(std::move(what)); }, *event);
  settle();
}

void session::on(sandbox_ready event) {
  launching_ = false;
  deadlines_.cancel(moment::create_timeout, 0);
  if (event.built)
    sandbox_ = std::move(*event.built);
  if (over()) // closed meanwhile: nobody wants it any more
    return await_end();
  if (!event.built)
    return fail_launch(event.built.error());
  if (user_.empty() && cwd_.empty())
    return become_ready();
  // Only inside can it be told whether they are there, and a session whose every shell fails is none: its first one is opened now.
  auto shell = find_or_add_shell(default_shell);
  return shell ? open(**shell) : fail_launch(shell.error());
}

void session::become_ready() {
  const auto& facts = sandbox_->facts();
  info_.state = session_state::ready;
  info_.driver = facts.driver;
  info_.isolation = facts.isolation;
  if (!facts.base.empty())
    info_.base = facts.base;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(ports_.clock.wall() - info_.created_at).count();
  log::info(
    "session.ready",
    {{"session", to_string(info_.key)}, {"uid", info_.uid}, {"driver", info_.driver}, {"base", info_.base}, {"took_ms", took}});
  ports_.registry(session_changed{snapshot()});
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(shown(creator.session_created));
  touch();
  for (auto& event : std::exchange(early_, {}))
    std::visit([this](auto& what) { on(std::move(what)); }, *event);
  for (auto exec = execs_.begin(); exec != execs_.end();)
    admit((exec++)->second); // admitting may end it
}

void session::fail_launch(const error& failure) {
  info_.state = session_state::failed;
  info_.closed_reason = "launch_failed";
  info_.state_reason = failure.message;
  log::warn("session.failed", {{"session", to_string(info_.key)}, {"uid", info_.uid}, {"why", failure.message}});
  ports_.registry(session_closing{snapshot()});
  for (auto& creator : std::exchange(creators_, {}))
    creator.answer(failure);
  refuse_early(failure);
  while (!execs_.empty())
    finish(execs_.begin(), failure);
  await_end();
}

void session::refuse_early(const error& why) {
  for (auto& event : std::exchange(early_, {}))
    std::visit(
      [&](auto& what) {
        if constexpr (requires { what.answer(why); })
          what.answer(why);
      },
      *event);
}

/// A call is open, a viewer is there or an exec runs. Processes in the background do not count.
bool session::busy() const {
  const auto pending = [](const auto& shell) { return !shell.second.openers.empty() || !shell.second.closers.empty(); };
  const auto viewed = [](const auto& process) { return !process.second.viewers.empty() || !process.second.starters.empty(); };
  return !execs_.empty() || !creators_.empty() || !early_.empty() || !waits_.empty() || !queries_.empty() || !inputs_.empty()
         || !screen_waits_.empty() || !typing_.empty() || !files_.empty() || open_files_ > 0
         || std::any_of(shells_.begin(), shells_.end(), pending)
         || std::any_of(processes_.all().begin(), processes_.all().end(), viewed);
}

bool session::running() const {
  return std::any_of(execs_.begin(), execs_.end(), [](const auto& exec) { return exec.second.begun(); });
}

std::shared_ptr<const session_info> session::snapshot() const { return std::make_shared<const session_info>(info_); }

} // namespace strata
