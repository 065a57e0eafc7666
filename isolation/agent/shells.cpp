// SPDX-License-Identifier: MIT
#include "isolation/agent/shells.hpp"

#include <cerrno>
#include <climits>
#include <csignal>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace strata::agent {

namespace {
constexpr std::size_t max_shells = 256;
}

shells::shells(server_link& server, keepers& all, birth_marks& marks, hunting_ground ground, unique_fd root, std::string seen_root)
  : around_{server, all, marks, ground, [this] { take_opens(); }}, root_{std::move(root)}, seen_root_{std::move(seen_root)} {}

bool shells::start() {
  inotify_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  return inotify_ && around_.ground.loop.watch(inotify_.get(), EPOLLIN, [this](std::uint32_t) { take_opens(); });
}

void shells::take_opens() {
  alignas(inotify_event) char events[8 * (sizeof(inotify_event) + NAME_MAX + 1)];
  ssize_t got = 0;
  while ((got = ::read(inotify_.get(), events, sizeof events)) > 0) {
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(events + at);
      at += static_cast<ssize_t>(sizeof *event) + event->len;
      auto found = watched_.find(event->wd);
      if (found == watched_.end())
        continue;
      if ((event->mask & IN_IGNORED) != 0) { // the folder is gone, and with it the watch
        watched_.erase(found);
        continue;
      }
      auto one = found->second.lock();
      if (one && event->len > 0 && (event->mask & IN_OPEN) != 0)
        one->on_fifo_opened(event->name);
    }
  }
}

int shells::watch(const shell_files& files) {
  auto path = "/proc/self/fd/" + std::to_string(files.status_folder());
  return ::inotify_add_watch(inotify_.get(), path.c_str(), IN_OPEN | IN_ONLYDIR);
}

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
  auto failed = files->create(request.startup);
  auto watched = failed == 0 ? watch(*files) : -1;
  if (watched < 0)
    return server.refuse(from, wire::refusal::start_failed, failed != 0 ? failed : errno, "prepare shell");
  auto one = std::make_shared<shell>(around_, request.name, std::move(files));
  watched_[watched] = one;
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

bool shells::end(const std::string& id) {
  for (const auto& [name, one] : shells_)
    if (one->end(id))
      return true;
  return false;
}

} // namespace strata::agent
