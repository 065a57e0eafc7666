// SPDX-License-Identifier: MIT
#include "isolation/agent/processes.hpp"

#include "isolation/agent/pty.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>

namespace strata::agent {

namespace {

constexpr std::size_t max_running = 4096;

bool has_nul(const std::vector<std::string>& strings) {
  return std::any_of(strings.begin(), strings.end(), [](const auto& each) { return each.find('\0') != std::string::npos; });
}

template <class Request> bool is_sound(const Request& request) {
  return !request.id.empty() && !request.argv.empty() && !request.argv[0].empty() && !has_nul(request.argv)
         && !has_nul(request.env) && request.cwd.find('\0') == std::string::npos;
}

unique_fd duplicate(const unique_fd& fd) { return unique_fd{::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)}; }

} // namespace

void processes::run(requester from, wire::run request, std::vector<unique_fd> fds) {
  if (!is_sound(request) || fds.size() < 3 || fds.size() > 4 || knows(request.id))
    return server_.refuse(from, wire::refusal::invalid, 0, "run: malformed request");
  program what;
  what.argv = std::move(request.argv);
  what.env = std::move(request.env);
  what.cwd = std::move(request.cwd);
  what.user = std::move(request.user);
  what.in = std::move(fds[0]);
  what.out = std::move(fds[1]);
  what.err = std::move(fds[2]);
  if (fds.size() == 4)
    what.image = std::move(fds[3]);
  launch(from, request.id, std::move(what), unique_fd{});
}

void processes::open_pty(requester from, wire::open_pty request) {
  if (!is_sound(request) || knows(request.id))
    return server_.refuse(from, wire::refusal::invalid, 0, "open terminal: malformed request");
  auto made = agent::open_pty(request.cols, request.rows);
  if (!made.controller)
    return server_.refuse(from, wire::refusal::start_failed, errno, "open terminal");
  program what;
  what.argv = std::move(request.argv);
  what.env = std::move(request.env);
  what.cwd = std::move(request.cwd);
  what.user = std::move(request.user);
  what.out = duplicate(made.terminal);
  what.err = duplicate(made.terminal);
  what.in = std::move(made.terminal);
  what.terminal = true;
  launch(from, request.id, std::move(what), std::move(made.controller));
}

void processes::resize_pty(requester from, const wire::resize_pty& request) {
  auto found = running_.find(request.id);
  if (found == running_.end() || !found->second.controller)
    return server_.refuse(from, wire::refusal::no_such_process, 0, "resize terminal: it is not running");
  if (!agent::resize_pty(found->second.controller, request.cols, request.rows))
    return server_.refuse(from, wire::refusal::start_failed, errno, "resize terminal");
  server_.done(from);
}

void processes::keep(requester from, wire::keep request, std::vector<unique_fd> fds) {
  const auto found = running_.find(request.id);
  if (found == running_.end() || fds.empty() || fds.size() != request.names.size())
    return server_.refuse(from, wire::refusal::no_such_process, 0, "keep descriptors: no such process, or not as many as names");
  found->second.kept_as = std::move(request);
  found->second.held = std::move(fds);
  server_.done(from);
}

void processes::list_kept(requester from) const {
  wire::kept_list list;
  for (const auto& [id, one] : running_)
    if (!one.held.empty())
      list.ids.push_back(id);
  server_.reply(from, wire::message::kept_list, list);
}

void processes::take_back(requester from, const std::string& id) {
  const auto found = running_.find(id);
  if (found == running_.end() || found->second.held.empty())
    return server_.refuse(from, wire::refusal::no_such_process, 0, "take back descriptors: none are kept of it");
  auto& one = found->second;
  wire::taken_back back;
  back.pid = one.keeper->main;
  back.has_ended = one.ended && !one.hunting;
  if (back.has_ended != 0)
    back.end = *one.ended;
  back.names = one.kept_as.names;
  std::vector<unique_fd> copies;
  for (const auto& fd : one.held)
    copies.push_back(duplicate(fd));
  if (one.controller) {
    back.names.emplace_back("terminal");
    copies.push_back(duplicate(one.controller));
  }
  if (back.has_ended != 0)
    running_.erase(found);
  server_.reply(from, wire::message::taken_back, back, std::move(copies));
}

void processes::release(requester from, const std::string& id) {
  const auto found = running_.find(id);
  if (found != running_.end() && found->second.ended && !found->second.hunting)
    running_.erase(found);
  server_.done(from);
}

prey processes::everything_of(const process& one) { return {prey::reach::all, one.keeper, one.mark, {one.mark}, true}; }

void processes::launch(requester from, const std::string& id, program what, unique_fd controller) {
  if (running_.size() >= max_running)
    return server_.refuse(from, wire::refusal::start_failed, EAGAIN, "start program: too many are running");
  auto name = what.argv[0];
  auto& one = running_[id];
  one.mark = what.mark = marks_.next();
  one.controller = std::move(controller);
  kept::callbacks on;
  on.started = [this, from, id](pid_t pid) {
    std::vector<unique_fd> given;
    auto& made = running_[id];
    if (made.controller)
      given.push_back(duplicate(made.controller));
    server_.reply(from, wire::message::started, wire::started{pid}, std::move(given));
    if (made.killed)
      hunt(id);
  };
  on.failed = [this, from, id, name](wire::refusal why, int number) {
    running_.erase(id);
    server_.refuse(from, why, number, "start " + name.substr(0, 200));
  };
  on.ended = [this, id](int status, bool others) { on_ended(id, status, others); };
  one.keeper = keepers_.launch(std::move(what), {}, std::move(on));
  if (!one.keeper) {
    auto number = errno;
    running_.erase(id);
    server_.refuse(from, wire::refusal::start_failed, number, "start " + name.substr(0, 200));
  }
}

void processes::on_ended(const std::string& id, int status, bool others) {
  auto& one = running_[id];
  auto left = others && !one.hunting ? find_prey(ground_, everything_of(one)).size() : 0;
  one.ended = wire::ended{id, status, one.killed, static_cast<std::uint32_t>(left)};
  if (!one.hunting)
    tell(id);
}

bool processes::signal(const wire::signal_command& request) {
  auto found = running_.find(request.id);
  if (found == running_.end() || found->second.ended)
    return false;
  const auto& one = found->second;
  if (request.to >= 2)
    return signal_prey(ground_, everything_of(one), request.number) > 0;
  // Told or not: once its end is known the number may be another's.
  const auto main = one.keeper->main;
  return main != 0 && !one.keeper->status && ::kill(request.to == 1 ? -main : main, request.number) == 0;
}

bool processes::end(const std::string& id) {
  auto found = running_.find(id);
  if (found == running_.end())
    return false;
  auto& one = found->second;
  if (std::exchange(one.killed, true) || one.ended)
    return true;
  if (one.keeper->main != 0) // else there is nothing to be found yet
    hunt(id);
  return true;
}

void processes::hunt(const std::string& id) {
  auto& one = running_[id];
  one.hunting = true;
  kill_prey(ground_, everything_of(one), [this, id](std::uint32_t left) { on_hunted(id, left); });
}

void processes::on_hunted(const std::string& id, std::uint32_t left) {
  auto& one = running_[id];
  one.hunting = false;
  if (one.ended) {
    one.ended->left_running = left;
    return tell(id);
  }
  if (one.keeper->alive)
    ::kill(one.keeper->pid, SIGCONT);
  ground_.loop.after(report_ms, [keeper = one.keeper] {
    if (!keeper->told && keeper->alive)
      ::kill(keeper->pid, SIGKILL);
  });
}

/// A server may be killed with our word unread: what it left with us stays until it says that it has heard.
void processes::tell(const std::string& id) {
  auto found = running_.find(id);
  const auto event = *found->second.ended;
  if (found->second.held.empty())
    running_.erase(found);
  server_.event(wire::message::ended, event);
}

} // namespace strata::agent
