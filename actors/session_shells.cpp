// SPDX-License-Identifier: MIT
#include "actors/early_calls.hpp"
#include "actors/refusals.hpp"
#include "actors/session.hpp"

#include <fmt/format.h>

namespace strata {

shell_spec session::plain_shell(const std::string& name) const {
  shell_spec spec;
  spec.name = name;
  spec.cwd = cwd_;
  spec.user = user_;
  return spec;
}

result<command_shell*> session::find_or_add_shell(const std::string& name) {
  if (auto found = shells_.find(name); found != shells_.end())
    return &found->second;
  if (shells_.size() >= options_.max_shells)
    return error{
      errc::overloaded, fmt::format("open shell {}: max shells ({}) reached", name, options_.max_shells), {{"retry_after", "1"}}};
  auto& shell = shells_[name];
  shell.number = ++last_shell_;
  shell.spec = plain_shell(name);
  return &shell;
}

void session::make_anew(command_shell& shell) const {
  shell.spec = plain_shell(std::string{shell.spec.name});
  shell.cwd.clear();
}

error session::busy_error(const command_shell& shell) const {
  // While it opens nobody holds it yet; then the first in line is who everyone else waits for.
  const auto first = shell.queue.holder() ? *shell.queue.holder() : shell.queue.waiting().front();
  const auto number = shell.queue.handed_over().value_or(first);
  const auto holder = make_process_id(number, info_.uid);
  return {errc::shell_busy,
          fmt::format("shell {} is busy with {}: wait, or use shell fresh or another name", shell.spec.name, holder),
          {{"holder", holder}, {"shell", shell.spec.name}}};
}

void session::enqueue(exec_record& exec) {
  const auto& request = exec.request.operation;
  auto shell = find_or_add_shell(request.shell);
  if (!shell)
    return finish(execs_.find(exec.number), shell.error());
  auto& queue = (*shell)->queue;
  if (queue.handed_over())
    return finish(execs_.find(exec.number), busy_error(**shell));
  exec.at = exec_record::stage::queued;
  if (std::exchange((*shell)->forgotten, false) && queue.idle())
    make_anew(**shell);
  queue.push(exec.number);
  if (!exec.request.answer || exec.client_left) // its call was over before the session was ready
    queue.hand_over(exec.number);
  const auto patience = request.queue_ms.value_or(request.wait_ms.value_or(options_.queue_wait.count()));
  deadlines_.set(moment::queue_wait, exec.number, ports_.clock.now() + std::chrono::milliseconds{patience});
  pump(**shell);
}

/// Takes the shell one step on: opens it for those who wait, or lets the first of them run.
void session::pump(command_shell& shell) {
  if (over() || draining_ || shell.queue.idle())
    return;
  // A holder that is still queued is one whose shell had ended when its turn came.
  if (auto holder = shell.queue.holder(); holder && execs_.at(*holder).begun())
    return;
  if (shell.at == command_shell::stage::closed)
    return open(shell);
  if (shell.at != command_shell::stage::open)
    return;
  auto& exec = execs_.at(shell.queue.holder() ? *shell.queue.holder() : *shell.queue.advance());
  if (!exec.request.answer || exec.client_left)
    shell.queue.hand_over(exec.number);
  run(exec);
}

void session::open(command_shell& shell) {
  auto spec = shell.spec;
  spec.env.insert(env_.begin(), env_.end()); // the shell's own values stay
  if (!shell.cwd.empty())
    spec.cwd = shell.cwd;
  shell.at = command_shell::stage::opening;
  shell.forgotten = false;
  shell.pid = 0;
  deadlines_.set(moment::shell_patience, shell.number, ports_.clock.now() + options_.start_patience);
  sandbox_->open_shell(std::move(spec),
                       [self = ports_.self, name = shell.spec.name, generation = ++shell.generation](result<int> pid) {
                         self->post(shell_opened{name, generation, std::move(pid)});
                       });
}

void session::on(shell_opened event) {
  auto found = shells_.find(event.name);
  if (over() || found == shells_.end() || found->second.generation != event.generation
      || found->second.at != command_shell::stage::opening)
    return;
  auto& shell = found->second;
  deadlines_.cancel(moment::shell_patience, shell.number);
  if (!event.pid) {
    if (event.pid.error().code == errc::session_lost)
      return lose(event.pid.error().message);
    const auto failure = named(event.pid.error(), shell.spec.user, shell.cwd.empty() ? shell.spec.cwd : shell.cwd);
    if (info_.state == session_state::creating)
      return fail_launch(failure);
    shell.at = command_shell::stage::closed;
    // The directory in which it ended is gone meanwhile: begin where it once began.
    if (event.pid.error().code == errc::cwd_not_found && !std::exchange(shell.cwd, {}).empty())
      return open(shell);
    return fail_opening(shell, failure);
  }
  shell.at = command_shell::stage::open;
  shell.pid = *event.pid;
  if (info_.state == session_state::creating)
    return become_ready();
  if (!shell.openers.empty())
    touch();
  for (auto& opener : std::exchange(shell.openers, {}))
    opener.request.answer(shown(shell, opener.created));
  pump(shell);
}

/// Whoever asked first hears why; whoever waits behind tries for himself.
void session::fail_opening(command_shell& shell, const error& failure) {
  if (!shell.openers.empty())
    touch();
  for (auto& opener : std::exchange(shell.openers, {}))
    opener.request.answer(failure);
  // One that never opened leaves no trace; one that could not be opened again is made anew by the next call.
  shell.forgotten = true;
  const auto name = shell.spec.name;
  if (!shell.queue.idle())
    finish(execs_.find(shell.queue.holder() ? *shell.queue.holder() : shell.queue.waiting().front()), failure);
  forget_if_closed(name);
}

void session::close(command_shell& shell) {
  shell.at = command_shell::stage::closing;
  shell.pid = 0;
  deadlines_.set(moment::shell_patience, shell.number, ports_.clock.now() + options_.kill_patience);
  sandbox_->close_shell(shell.spec.name,
                        [self = ports_.self, name = shell.spec.name, generation = ++shell.generation](result<bool>) {
                          self->post(shell_closed{name, generation});
                        });
}

/// It did not open, or close, for too long. A startup file may wait for ever; a close may not.
void session::give_up(command_shell& shell) {
  if (shell.at == command_shell::stage::closing)
    return lose(fmt::format("sandbox did not end a shell within {} ms", options_.kill_patience.count()));
  constexpr auto text = "open shell {}: it was not ready within {} ms (does a startup file wait for something?)";
  const error late{errc::shell_lost, fmt::format(text, shell.spec.name, options_.start_patience.count())};
  if (info_.state == session_state::creating)
    return fail_launch(late);
  close(shell);
  fail_opening(shell, late);
}

void session::on(shell_closed event) {
  auto found = shells_.find(event.name);
  if (over() || found == shells_.end() || found->second.generation != event.generation
      || found->second.at != command_shell::stage::closing)
    return;
  auto& shell = found->second;
  deadlines_.cancel(moment::shell_patience, shell.number);
  shell.at = command_shell::stage::closed;
  if (!shell.closers.empty())
    touch();
  for (auto& closer : std::exchange(shell.closers, {}))
    closer.answer(closed_shell{});
  if (!shell.openers.empty())
    return open(shell);
  pump(shell);
  forget_if_closed(event.name);
}

void session::forget_if_closed(const std::string& name) {
  auto found = shells_.find(name);
  if (found != shells_.end() && found->second.forgotten && found->second.queue.idle()
      && found->second.at == command_shell::stage::closed)
    shells_.erase(found);
}

void session::on(call<open_shell> event) {
  if (over())
    return ports_.registry(std::move(event));
  if (draining_)
    return event.answer(stopping());
  if (too_early(event))
    return;
  const bool known = shells_.count(event.operation.shell) > 0;
  auto found = find_or_add_shell(event.operation.shell);
  if (!found)
    return event.answer(found.error());
  auto& shell = **found;
  const bool created = std::exchange(shell.forgotten, false) || !known;
  if (created) {
    make_anew(shell);
    shell.spec.env = event.operation.env;
    shell.spec.startup = event.operation.startup;
    if (!event.operation.cwd.empty())
      shell.spec.cwd = event.operation.cwd;
    if (!event.operation.user.empty())
      shell.spec.user = event.operation.user;
  }
  touch();
  if (shell.at == command_shell::stage::open)
    return event.answer(shown(shell, created));
  if (shell.openers.size() >= options_.max_queued_calls)
    return event.answer(error{errc::overloaded, "open shell: too many calls wait for it", {{"retry_after", "1"}}});
  shell.openers.push_back({std::move(event), created});
  if (shell.at == command_shell::stage::closed)
    open(shell);
}

void session::on(call<list_shells> event) {
  if (over())
    return event.answer(no_session());
  shell_list list;
  for (const auto& [name, shell] : shells_)
    if (!shell.forgotten && info_.state == session_state::ready)
      list.items.push_back(shown(shell, false));
  event.answer(std::move(list));
}

void session::on(call<close_shell> event) {
  if (over())
    return event.answer(no_session());
  auto found = shells_.find(event.operation.shell);
  if (found == shells_.end() || info_.state != session_state::ready)
    return event.answer(error{errc::shell_not_found, "shell not found"});
  auto& shell = found->second;
  const error closed{errc::shell_lost, "begin command: its shell was closed"};
  for (auto& opener : std::exchange(shell.openers, {}))
    opener.request.answer(closed);
  shell.closers.push_back(std::move(event));
  if (shell.closers.size() > 1) // being closed already
    return;
  make_anew(shell); // a later one of that name is a new one
  shell.forgotten = true;
  const auto before = std::exchange(shell.at, command_shell::stage::closing); // nobody waiting may begin
  while (!shell.queue.waiting().empty())
    finish(execs_.find(shell.queue.waiting().front()), closed);
  if (auto holder = shell.queue.holder()) {
    auto exec = execs_.find(*holder);
    if (!exec->second.begun())
      finish(exec, closed);
    else if (exec->second.end_reason.empty()) {
      exec->second.end_reason = "killed_by_user";
      deadlines_.set(moment::kill_patience, *holder, ports_.clock.now() + options_.kill_patience);
    }
  }
  if (before == command_shell::stage::open || before == command_shell::stage::opening)
    return close(shell);
  if (before == command_shell::stage::closed)
    on(shell_closed{shell.spec.name, shell.generation});
}

shell_info session::shown(const command_shell& shell, bool created) const {
  shell_info info;
  info.name = shell.spec.name;
  info.created = created;
  info.pid = shell.pid;
  info.cwd = shell.cwd.empty() ? shell.spec.cwd : shell.cwd;
  info.user = shell.spec.user;
  if (auto holder = shell.queue.holder())
    info.holder = make_process_id(*holder, info_.uid);
  info.queued = static_cast<std::int64_t>(shell.queue.waiting().size());
  return info;
}

} // namespace strata
