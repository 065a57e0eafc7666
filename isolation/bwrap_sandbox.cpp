// SPDX-License-Identifier: MIT
#include "isolation/bwrap_sandbox.hpp"

#include "isolation/environment.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <sys/wait.h>

namespace strata {

namespace {

// Pipes of ended commands that survivors still hold. Beyond it the oldest is closed and its writers get SIGPIPE.
constexpr std::size_t max_survivor_pipes = 128;

command_end end_of(int status, bool killed, std::uint32_t left_running) {
  command_end end;
  end.left_running = left_running;
  if (WIFEXITED(status)) {
    end.exit_code = WEXITSTATUS(status);
  } else {
    end.how = command_end::cause::signalled;
    end.signal = WTERMSIG(status);
  }
  if (killed) // what it died of is our doing, not its own
    end.how = command_end::cause::killed;
  return end;
}

std::vector<std::string> hit_since(const limit_events& then, const limit_events& now) {
  std::vector<std::string> hit;
  if (now.oom_kills > then.oom_kills)
    hit.emplace_back("memory");
  if (now.pids_refused > then.pids_refused)
    hit.emplace_back("pids");
  return hit;
}

} // namespace

bwrap_sandbox::bwrap_sandbox(boost::asio::any_io_executor executor, launched processes, sandbox_facts facts,
                             std::shared_ptr<session_group> group, std::shared_ptr<const journal_place> output,
                             const agent_image* files_program, endings on)
  : strand_{boost::asio::make_strand(executor)}, facts_{std::move(facts)}, group_{std::move(group)}, output_{std::move(output)},
    files_program_{files_program}, on_{std::move(on)}, link_{std::make_shared<agent_link>(strand_, std::move(processes.control))},
    processes_left_{processes.children.size() + 1} {
  agent_ = std::make_shared<child_watch>(strand_, std::move(processes.agent));
  for (auto& child : processes.children)
    children_.push_back(std::make_shared<child_watch>(strand_, std::move(child)));
}

void bwrap_sandbox::start() {
  begin_files();
  boost::asio::dispatch(strand_, [self = shared_from_this()] {
    self->agent_->start([self](std::optional<int>) { self->on_process_ended(true); });
    for (auto& child : self->children_)
      child->start([self](std::optional<int>) { self->on_process_ended(false); });
    self->link_->start(
      {[self](wire::frame frame) { self->on_event(std::move(frame)); }, [self](std::string why) { self->lose(std::move(why)); }});
  });
}

void bwrap_sandbox::open_shell(shell_spec spec, callback<int> opened) {
  boost::asio::post(strand_, [self = shared_from_this(), spec = std::move(spec), opened = std::move(opened)]() mutable {
    wire::open_shell body{spec.name, command_environment(spec.env), spec.cwd, spec.user, spec.startup};
    self->link_->request(wire::message::open_shell, body, {},
                         [self, opened = std::move(opened)](result<wire::frame> answered) { opened(self->pid_of(answered)); });
  });
}

void bwrap_sandbox::close_shell(std::string name, callback<bool> closed) {
  boost::asio::post(strand_, [self = shared_from_this(), name = std::move(name), closed = std::move(closed)]() mutable {
    self->link_->request(
      wire::message::close_shell, wire::close_shell{name}, {},
      [closed = std::move(closed)](result<wire::frame> answered) { answered ? closed(true) : closed(answered.error()); });
  });
}

void bwrap_sandbox::end_command(std::string id) {
  boost::asio::post(strand_, [self = shared_from_this(), id = std::move(id)] {
    self->link_->request(wire::message::end_command, wire::end_command{id}, {}, [](const result<wire::frame>&) {});
  });
}

void bwrap_sandbox::output_so_far(std::string id, std::function<void(command_output)> view) {
  boost::asio::post(strand_, [self = shared_from_this(), id = std::move(id), view = std::move(view)] {
    auto found = self->commands_.find(id);
    view(found == self->commands_.end() ? command_output{} : found->second.output());
  });
}

void bwrap_sandbox::usage(callback<sandbox_usage> seen) {
  boost::asio::post(strand_, [self = shared_from_this(), seen = std::move(seen)]() mutable {
    self->link_->request(wire::message::usage, [self, seen = std::move(seen)](const result<wire::frame>& answered) {
      wire::usage_reply usage;
      if (!answered)
        return seen(answered.error());
      if (!wire::decode(answered->body.data(), answered->body.size(), usage))
        return seen(self->distrust("agent sent a malformed reply"));
      seen(sandbox_usage{usage.processes, usage.memory_bytes, usage.cpu_ms, std::nullopt, hit_since({}, self->limits_so_far())});
    });
  });
}

result<int> bwrap_sandbox::pid_of(const result<wire::frame>& answered) {
  if (!answered)
    return answered.error();
  wire::started started;
  if (answered->type != wire::message::started || !wire::decode(answered->body.data(), answered->body.size(), started))
    return distrust("agent sent a malformed reply");
  return started.pid;
}

error bwrap_sandbox::distrust(std::string why) {
  lose(why);
  return {errc::session_lost, std::move(why)};
}

void bwrap_sandbox::on_event(wire::frame frame) {
  wire::shell_ended shell_ended;
  wire::ended ended;
  if (frame.type == wire::message::shell_ended && wire::decode(frame.body.data(), frame.body.size(), shell_ended))
    on_shell_ended(shell_ended);
  else if (frame.type == wire::message::ended && wire::decode(frame.body.data(), frame.body.size(), ended))
    finish(ended.id, end_of(ended.status, ended.killed != 0, ended.left_running));
  else
    lose("agent sent a malformed event");
}

void bwrap_sandbox::on_shell_ended(const wire::shell_ended& event) {
  command_end end;
  switch (event.outcome) {
  case wire::shell_outcome::status: end = end_of((event.value & 0xff) << 8, event.killed != 0, event.left_running); break;
  case wire::shell_outcome::bash_exited: end = end_of((event.value & 0xff) << 8, event.killed != 0, event.left_running); break;
  case wire::shell_outcome::bash_killed: end = end_of(event.value & 0x7f, event.killed != 0, event.left_running); break;
  case wire::shell_outcome::refused:
    end.how = event.value == 1 ? command_end::cause::cwd_refused : command_end::cause::env_refused;
    end.refused_variable = event.value < 2 ? 0 : static_cast<std::size_t>(event.value) - 2;
    break;
  case wire::shell_outcome::lost: end.how = command_end::cause::shell_lost; break;
  default: return lose("agent told an unknown end");
  }
  end.shell_ended = event.outcome != wire::shell_outcome::status && event.outcome != wire::shell_outcome::refused;
  end.cwd = event.cwd.substr(0, 4096);
  finish(event.id, std::move(end));
}

void bwrap_sandbox::finish(const std::string& id, command_end end) {
  if (workers_.erase(id) > 0)
    return; // its socket tells whoever uses it
  auto found = commands_.find(id);
  if (found == commands_.end()) // it was never told as started, or ended twice
    return lose("agent told the end of a command that is not under way");
  auto command = std::move(found->second);
  commands_.erase(found);
  const auto limits = limits_so_far();
  end.limits_hit = hit_since(command.limits_at_start, limits);
  end.oom_killed =
    limits.oom_kills > command.limits_at_start.oom_kills && end.how == command_end::cause::signalled && end.signal == SIGKILL;
  keep_reading(command.finish(std::move(end)));
  if (held_.erase(id) > 0)
    link_->request(wire::message::release, wire::release{id}, {}, [](const result<wire::frame>&) {});
}

void bwrap_sandbox::keep_reading(std::vector<std::shared_ptr<output_pump>> survivors) {
  std::erase_if(survivors_, [](const auto& pump) { return !pump->is_open(); });
  for (auto& pump : survivors)
    survivors_.push_back(std::move(pump));
  for (; survivors_.size() > max_survivor_pipes; survivors_.pop_front())
    survivors_.front()->stop();
}

void bwrap_sandbox::on_process_ended(bool agent) {
  --processes_left_;
  // bwrap's monitor and the fuse keeper may go without the session going; only the agent decides.
  if (agent)
    lose("the sandbox's first process was killed");
  if (processes_left_ == 0)
    all_gone();
}

void bwrap_sandbox::lose(std::string cause) {
  if (lost_)
    return;
  lost_ = true;
  agent_->kill();
  files_->close();
  link_->close(cause);
  for (auto& [id, command] : std::exchange(commands_, {})) {
    if (closing_)
      command.finish(command_end{.how = command_end::cause::killed});
    else
      command.fail(error{errc::session_lost, "session lost during the command: " + cause});
  }
  for (auto& pump : std::exchange(survivors_, {}))
    pump->stop();
  if (auto died = std::exchange(on_.died, nullptr); died && !closing_)
    died(std::move(cause));
}

void bwrap_sandbox::close(std::function<void()> gone, std::function<void()> files_gone) {
  boost::asio::post(strand_, [self = shared_from_this(), gone = std::move(gone), files_gone = std::move(files_gone)]() mutable {
    self->closing_ = true;
    if (gone)
      self->gone_ ? gone() : self->when_gone_.push_back(std::move(gone));
    if (files_gone)
      self->files_gone_ ? files_gone() : self->when_files_gone_.push_back(std::move(files_gone));
    self->lose("the session was closed");
  });
}

void bwrap_sandbox::all_gone() {
  gone_ = true;
  auto discard = std::exchange(on_.discard_files, nullptr);
  if (discard)
    discard([self = shared_from_this()] {
      boost::asio::post(self->strand_, [self] {
        self->files_gone_ = true;
        for (auto& told : std::exchange(self->when_files_gone_, {}))
          told();
      });
    });
  for (auto& told : std::exchange(when_gone_, {}))
    told();
}

} // namespace strata
