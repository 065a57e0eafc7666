// SPDX-License-Identifier: MIT
#include "isolation/agent/shell.hpp"

#include "isolation/agent/borrowed_identity.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::agent {

namespace {

constexpr std::size_t max_marks = 4096;

} // namespace

shell::shell(shell_surroundings& around, std::string name, std::unique_ptr<shell_files> files)
  : around_{around}, name_{std::move(name)}, files_{std::move(files)} {}

void shell::open(requester from, wire::open_shell request) {
  opener_ = from;
  has_startup_ = !request.startup.empty();
  for (const auto& file : request.startup)
    if (struct stat facts{}; file.starts_with('/') && ::stat(file.c_str(), &facts) != 0) {
      const int number = errno;
      state_ = state::ended;
      drop_files();
      return around_.server.refuse(from, wire::refusal::file_not_found, number, "source " + file.substr(0, 4096));
    }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return on_failed(wire::refusal::start_failed, errno);
  program what;
  what.in.reset(ends[0]);
  control_.reset(ends[1]);
  ::fcntl(control_.get(), F_SETFL, O_NONBLOCK);
  auto self = shared_from_this();
  if (!around_.ground.loop.watch(files_->report().get(), EPOLLIN, [self](std::uint32_t) { self->on_report(); }))
    return on_failed(wire::refusal::start_failed, errno);
  // Ours, opened before the payload could replace it.
  what.out.reset(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  what.err.reset(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  what.argv = {"bash", "--norc", "--noprofile"};
  what.env = std::move(request.env);
  what.cwd = std::move(request.cwd);
  what.user = std::move(request.user);
  what.mark = around_.marks.next();
  marks_.insert(what.mark);
  kept::callbacks on;
  on.started = [self](pid_t) { self->on_started(); };
  on.failed = [self](wire::refusal why, int number) { self->on_failed(why, number); };
  on.ended = [self](int status, bool others) { self->on_bash_ended(status, others); };
  keeper_ = around_.all.launch(std::move(what), name_, std::move(on));
  if (!keeper_)
    on_failed(wire::refusal::start_failed, errno);
}

void shell::on_started() {
  if (closing_) { // it came too late to be hunted
    ::kill(keeper_->main, SIGKILL);
    return around_.server.refuse(opener_, wire::refusal::start_failed, 0, "start shell " + name_ + ": it was closed");
  }
  update_cwd();
  if (!has_startup_) {
    state_ = state::idle;
    return around_.server.reply(opener_, wire::message::started, wire::started{keeper_->main});
  }
  state_ = state::sourcing;
  give(files_->startup_control());
  look_for_silence();
}

void shell::on_failed(wire::refusal why, int number) {
  state_ = state::ended;
  drop_files();
  around_.server.refuse(opener_, why, number, "start shell " + name_);
  for (auto& told : std::exchange(when_ended_, {}))
    told();
}

bool shell::give(const std::string& text) {
  return ::write(control_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

void shell::run(requester from, wire::shell_run request) {
  auto& server = around_.server;
  if (state_ == state::ended)
    return server.refuse(from, wire::refusal::no_such_shell, 0, "shell " + name_ + " has ended");
  if (state_ != state::idle)
    return server.refuse(from, wire::refusal::shell_is_busy, 0, "shell " + name_ + " is busy");
  if (auto fixed = std::find_if_not(request.env.begin(), request.env.end(), is_assignable); fixed != request.env.end())
    return server.refuse(from, wire::refusal::invalid, 0,
                         "set env " + fixed->substr(0, std::min<std::size_t>(fixed->find('='), 128))
                           + ": bash keeps it for itself");
  auto cwd = find_directory(request.cwd);
  if (!cwd)
    return server.refuse(from, wire::refusal::cwd_not_found, errno, "change to " + request.cwd.substr(0, 4096));

  command_pipes pipes;
  if (auto failed = files_->prepare(*cwd, request.env, request.command, request.merge != 0, request.want_stdin != 0, pipes))
    return server.refuse(from, wire::refusal::start_failed, failed, "prepare command");
  command next;
  next.id = request.id;
  next.held = std::move(pipes.held);
  {
    borrowed_identity as{keeper_->user, keeper_->group};
    next.mark = remark_shell(keeper_->main, around_.marks.next());
  }
  marks_.insert(next.mark);
  if (marks_.size() > max_marks)
    marks_.erase(std::prev(marks_.end()));
  command_ = std::move(next);
  state_ = state::running;
  if (!give(files_->control())) {
    auto number = errno;
    files_->remove_command();
    command_.reset();
    state_ = state::idle;
    ::kill(keeper_->main, SIGKILL); // it may have got a part, and cannot be spoken to any more
    return server.refuse(from, wire::refusal::start_failed, number, "write to shell " + name_);
  }
  std::vector<unique_fd> given;
  given.push_back(std::move(pipes.out));
  if (pipes.err)
    given.push_back(std::move(pipes.err));
  if (pipes.in)
    given.push_back(std::move(pipes.in));
  server.reply(from, wire::message::started, wire::started{keeper_->main}, std::move(given));
  look_for_silence();
}

std::optional<std::string> shell::find_directory(const std::string& cwd) {
  if (cwd.empty())
    return std::string{};
  errno = ENOENT;
  if (cwd.find('\0') != std::string::npos)
    return std::nullopt;
  std::string absolute = cwd;
  if (cwd[0] != '/') {
    update_cwd();
    absolute = cwd_ + "/" + cwd;
  }
  struct stat facts {};
  if (::stat(absolute.c_str(), &facts) != 0)
    return std::nullopt;
  errno = ENOTDIR;
  return S_ISDIR(facts.st_mode) ? std::optional{absolute} : std::nullopt;
}

void shell::on_bash_ended(int status, bool others) {
  if (files_)
    on_report(); // a status that was told before counts
  auto before = std::exchange(state_, state::ended);
  control_.reset();
  if (before == state::sourcing)
    around_.server.refuse(opener_, wire::refusal::start_failed, 0, "start shell " + name_ + ": it ended in a startup file");
  if (command_ && command_->hunting)
    command_->bash_status = status;
  else if (command_)
    finish_by_bash(status, others ? static_cast<std::uint32_t>(find_prey(around_.ground, started_by_command(false)).size()) : 0);
  if (!command_)
    drop_files();
  for (auto& told : std::exchange(when_ended_, {}))
    told();
}

void shell::finish_by_bash(int status, std::uint32_t left) {
  if (!command_->begun && !command_->killed)
    finish(wire::shell_outcome::lost, 0, left);
  else if (WIFEXITED(status))
    finish(wire::shell_outcome::bash_exited, WEXITSTATUS(status), left);
  else
    finish(wire::shell_outcome::bash_killed, WTERMSIG(status), left);
}

void shell::finish(wire::shell_outcome outcome, int value, std::uint32_t left) {
  auto done = std::move(*command_);
  command_.reset();
  around_.ground.loop.cancel(watchdog_);
  files_->remove_command();
  around_.server.event(wire::message::shell_ended, wire::shell_ended{done.id, outcome, value, done.killed, left, cwd_});
}

bool shell::signal(const std::string& id, int number) {
  return command_ && command_->id == id && signal_prey(around_.ground, started_by_command(false), number) > 0;
}

bool shell::end(const std::string& id) {
  if (!command_ || command_->id != id)
    return false;
  if (std::exchange(command_->killed, true))
    return true;
  command_->hunting = true;
  kill_prey(around_.ground, started_by_command(true), [self = shared_from_this()](std::uint32_t left) { self->on_hunted(left); });
  return true;
}

void shell::on_hunted(std::uint32_t left) {
  if (!command_)
    return;
  command_->hunting = false;
  if (command_->bash_status) {
    finish_by_bash(*command_->bash_status, left);
    return drop_files();
  }
  // bash is dead or as good as dead, but its keeper has not said so: it may have been stopped from inside.
  if (keeper_->alive)
    ::kill(keeper_->pid, SIGCONT);
  around_.ground.loop.after(report_ms, [keeper = keeper_] {
    if (!keeper->told && keeper->alive)
      ::kill(keeper->pid, SIGKILL);
  });
}

void shell::close(std::function<void()> ended) {
  if (state_ == state::ended)
    return ended();
  closing_ = true;
  when_ended_.push_back(std::move(ended));
  if (command_)
    command_->killed = true;
}

void shell::drop_files() {
  around_.ground.loop.cancel(watchdog_);
  if (files_)
    around_.ground.loop.forget(files_->report().get());
  files_.reset();
}

prey shell::started_by_command(bool bash_too) const {
  return {prey::reach::command, keeper_, command_->mark, {command_->mark}, bash_too};
}

std::uint32_t shell::count_left() {
  // Nothing but bash below the keeper, nothing below bash: the usual case, without a look at every process.
  if (keeper_->alive) {
    auto below_bash = around_.ground.proc.children(keeper_->main);
    auto below_keeper = around_.ground.proc.children(keeper_->pid);
    if (below_bash && below_keeper && below_bash->empty() && below_keeper->size() == 1)
      return 0;
  }
  return static_cast<std::uint32_t>(find_prey(around_.ground, started_by_command(false)).size());
}

void shell::update_cwd() {
  borrowed_identity as{keeper_->user, keeper_->group};
  if (auto now = around_.ground.proc.cwd(keeper_->main); !now.empty())
    cwd_ = std::move(now);
}

} // namespace strata::agent
