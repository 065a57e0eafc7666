// SPDX-License-Identifier: MIT
// How a sandbox begins commands: in a shell, as a process, on a terminal; and what is sent to them.
#include "isolation/bwrap_sandbox.hpp"

#include "isolation/environment.hpp"
#include "isolation/pipe_ends.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/ioctl.h>

namespace strata {

namespace {

std::vector<std::string> program_of(const command_spec& spec) {
  return spec.argv.empty() ? std::vector<std::string>{"bash", "-c", spec.command} : spec.argv;
}

/// Whether that is the controller's end of a pseudo-terminal (pty(7)).
bool is_controller(const unique_fd& fd) {
  int number = 0;
  return ::ioctl(fd.get(), TIOCGPTN, &number) == 0;
}

} // namespace

void bwrap_sandbox::run(command_spec spec, callback<int> started, callback<command_end> ended) {
  boost::asio::post(strand_, [self = shared_from_this(), spec = std::move(spec), started = std::move(started),
                              ended = std::move(ended)]() mutable {
    if (spec.terminal)
      self->run_on_terminal(std::move(spec), std::move(started), std::move(ended));
    else if (spec.shell.empty())
      self->run_fresh(std::move(spec), std::move(started), std::move(ended));
    else
      self->run_in_shell(std::move(spec), std::move(started), std::move(ended));
  });
}

void bwrap_sandbox::run_in_shell(command_spec spec, callback<int> started, callback<command_end> ended) {
  const bool fed = spec.stdin_data || spec.input;
  wire::shell_run body{spec.id, spec.shell, spec.command, assignments(spec.env), spec.cwd, spec.merge, fed};
  auto answered = [self = shared_from_this(), spec, fed, started = std::move(started),
                   ended = std::move(ended)](result<wire::frame> reply) mutable {
    auto pid = self->pid_of(reply);
    if (!pid)
      return started(pid.error());
    auto expected = std::size_t{1} + !spec.merge + fed;
    if (reply->fds.size() != expected)
      return started(self->distrust("agent sent the wrong number of descriptors"));
    auto next = reply->fds.begin();
    auto out = reopen_pipe(*next++, O_RDONLY);
    auto err = spec.merge ? unique_fd{} : reopen_pipe(*next++, O_RDONLY);
    auto in = fed ? reopen_pipe(*next++, O_WRONLY) : unique_fd{};
    if (!out || (!spec.merge && !err))
      return started(self->distrust("agent sent a descriptor that is no pipe"));
    auto [command, added] = self->commands_.try_emplace(spec.id, spec, self->output_, std::move(ended));
    if (!added)
      return started(self->distrust("agent began a command twice"));
    command->second.limits_at_start = self->limits_so_far();
    command->second.attach(self->strand_, std::move(out), std::move(err), std::move(in));
    started(*pid);
  };
  link_->request(wire::message::shell_run, body, {}, std::move(answered));
}

void bwrap_sandbox::run_fresh(command_spec spec, callback<int> started, callback<command_end> ended) {
  auto in = make_pipe();
  auto out = make_pipe();
  auto err = spec.merge ? result<pipe_ends>{pipe_ends{}} : make_pipe();
  if (!in || !out || !err)
    return started(!in ? in.error() : !out ? out.error() : err.error());
  for (auto* ours : {&in->write, &out->read, &err->read})
    if (*ours)
      set_nonblocking(*ours);
  if (spec.merge)
    err->write.reset(::fcntl(out->write.get(), F_DUPFD_CLOEXEC, 0));
  std::vector<unique_fd> theirs;
  theirs.push_back(std::move(in->read));
  theirs.push_back(std::move(out->write));
  theirs.push_back(std::move(err->write));

  wire::run body{spec.id, program_of(spec), command_environment(spec.env), spec.cwd, spec.user};
  auto feed =
    spec.stdin_data || spec.input ? std::move(in->write) : unique_fd{}; // without input: closed now, the command reads its end
  auto [command, added] = commands_.try_emplace(spec.id, spec, output_, std::move(ended));
  if (!added)
    return started(error{errc::invalid_argument, "run command: its id is in use"});
  auto kept = spec.keep ? command->second.keep(out->read, err->read) : result<running_command::kept>{};
  command->second.limits_at_start = limits_so_far();
  command->second.attach(strand_, std::move(out->read), std::move(err->read), std::move(feed));
  auto answered = [self = shared_from_this(), id = spec.id, started = std::move(started)](result<wire::frame> reply) {
    auto pid = self->pid_of(reply);
    if (!pid)
      if (auto found = self->commands_.find(id); found != self->commands_.end()) {
        found->second.abandon();
        self->commands_.erase(found);
      }
    started(pid);
  };
  link_->request(wire::message::run, body, std::move(theirs), std::move(answered));
  hold(spec.id, std::move(kept));
}

/// The agent holds what a later server needs. Without it (no descriptor was free, say) a killed server loses what is in memory.
void bwrap_sandbox::hold(const std::string& id, result<running_command::kept> what) {
  if (!what || what->files.empty())
    return;
  held_.insert(id);
  link_->request(wire::message::keep, wire::keep{id, std::move(what->names)}, std::move(what->files),
                 [](const result<wire::frame>&) {});
}

void bwrap_sandbox::run_on_terminal(command_spec spec, callback<int> started, callback<command_end> ended) {
  wire::open_pty body{
    spec.id, program_of(spec), command_environment(spec.env), spec.cwd, spec.user, spec.terminal->cols, spec.terminal->rows};
  auto answered = [self = shared_from_this(), spec, started = std::move(started),
                   ended = std::move(ended)](result<wire::frame> reply) mutable {
    auto pid = self->pid_of(reply);
    if (!pid)
      return started(pid.error());
    if (reply->fds.size() != 1 || !is_controller(reply->fds[0]))
      return started(self->distrust("agent sent no terminal"));
    auto out = std::move(reply->fds[0]);
    set_nonblocking(out);
    unique_fd in{::fcntl(out.get(), F_DUPFD_CLOEXEC, 0)};
    auto [command, added] = self->commands_.try_emplace(spec.id, spec, self->output_, std::move(ended));
    if (!added || !in)
      return started(self->distrust("agent began a command twice"));
    if (spec.keep)
      self->hold(spec.id, command->second.keep(out, unique_fd{}));
    command->second.limits_at_start = self->limits_so_far();
    command->second.attach(self->strand_, std::move(out), unique_fd{}, std::move(in));
    started(*pid);
  };
  link_->request(wire::message::open_pty, body, {}, std::move(answered));
}

void bwrap_sandbox::signal_command(std::string id, int number, signal_target to, callback<bool> sent) {
  boost::asio::post(strand_, [self = shared_from_this(), id = std::move(id), number, to, sent = std::move(sent)]() mutable {
    wire::signal_command body{std::move(id), number, static_cast<std::uint8_t>(to)};
    self->link_->request(wire::message::signal_command, body, {}, [sent = std::move(sent)](result<wire::frame> answered) {
      answered ? sent(true) : sent(answered.error());
    });
  });
}

void bwrap_sandbox::resize_terminal(std::string id, terminal_size size, callback<bool> resized) {
  boost::asio::post(strand_, [self = shared_from_this(), id = std::move(id), size, resized = std::move(resized)]() mutable {
    self->link_->request(
      wire::message::resize_pty, wire::resize_pty{std::move(id), size.cols, size.rows}, {},
      [resized = std::move(resized)](result<wire::frame> answered) { answered ? resized(true) : resized(answered.error()); });
  });
}

} // namespace strata
