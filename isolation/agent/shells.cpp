// SPDX-License-Identifier: MIT
#include "isolation/agent/shells.hpp"

#include <cerrno>
#include <csignal>

namespace strata::agent {

namespace {
constexpr std::size_t max_shells = 256;
}

shells::shells(server_link& server, keepers& all, birth_marks& marks, hunting_ground ground, unique_fd root,
               std::string seen_root)
  : around_{server, all, marks, ground}, root_{std::move(root)}, seen_root_{std::move(seen_root)} {}

void shells::open(requester from, wire::open_shell request) {
  auto& server = around_.server;
  auto found = shells_.find(request.name);
  if (found != shells_.end() && !found->second->has_ended())
    return server.refuse(from, wire::refusal::invalid, EEXIST, "open shell " + request.name.substr(0, 200));
  if (request.name.empty() || request.name.size() > 256)
    return server.refuse(from, wire::refusal::invalid, 0, "open shell: its name must have 1 to 256 bytes");
  if (found == shells_.end() && shells_.size() >= max_shells)
    return server.refuse(from, wire::refusal::start_failed, EAGAIN, "open shell: too many are open");
  auto files = std::make_unique<shell_files>(root_.get(), seen_root_, ++last_index_);
  if (auto failed = files->create(request.startup))
    return server.refuse(from, wire::refusal::start_failed, failed, "prepare shell");
  auto one = std::make_shared<shell>(around_, request.name, std::move(files));
  shells_[request.name] = one;
  one->open(from, std::move(request));
}

void shells::run(requester from, wire::shell_run request) {
  auto found = shells_.find(request.shell);
  if (found == shells_.end())
    return around_.server.refuse(from, wire::refusal::no_such_shell, 0, "no shell " + request.shell.substr(0, 200));
  found->second->run(from, std::move(request));
}

void shells::close(requester from, const std::string& name) {
  auto found = shells_.find(name);
  if (found == shells_.end())
    return around_.server.refuse(from, wire::refusal::no_such_shell, 0, "no shell " + name.substr(0, 200));
  auto one = found->second;
  auto steps = std::make_shared<std::size_t>(1);
  auto step = [this, from, name, one, steps] {
    if (--*steps > 0)
      return;
    if (auto now = shells_.find(name); now != shells_.end() && now->second == one)
      shells_.erase(now);
    around_.server.done(from);
  };
  one->close(step);
  // Jobs of former instances of this shell live under keepers of their own.
  for (const auto& keeper : around_.all.of_shell(name)) {
    ++*steps;
    kill_prey(around_.ground, {prey::reach::all, keeper, 0, one->marks(), true}, [step, keeper](std::uint32_t) {
      if (keeper->alive)
        ::kill(keeper->pid, SIGCONT);
      step();
    });
  }
}

bool shells::signal(const wire::signal_command& request) {
  for (const auto& [name, one] : shells_)
    if (one->signal(request.id, request.number))
      return true;
  return false;
}

bool shells::end(const std::string& id) {
  for (const auto& [name, one] : shells_)
    if (one->end(id))
      return true;
  return false;
}

} // namespace strata::agent
