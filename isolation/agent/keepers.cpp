// SPDX-License-Identifier: MIT
#include "isolation/agent/keepers.hpp"

#include <csignal>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace strata::agent {

bool keepers::start() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  signals_.reset(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  return signals_ && loop_.watch(signals_.get(), EPOLLIN, [this](std::uint32_t) {
    signalfd_siginfo each;
    while (::read(signals_.get(), &each, sizeof each) > 0) {
    }
    reap();
  });
}

std::shared_ptr<kept> keepers::launch(program what, std::string shell, kept::callbacks on) {
  auto forked = fork_keeper(what, proc_.fd());
  if (forked.pid < 0)
    return nullptr;
  auto one = std::make_shared<kept>();
  one->pid = forked.pid;
  one->shell = std::move(shell);
  one->reports = std::move(forked.reports);
  one->on = std::move(on);
  all_[one->pid] = one;
  loop_.watch(one->reports.get(), EPOLLIN, [this, one](std::uint32_t) { drain(one); });
  return one;
}

std::vector<std::shared_ptr<kept>> keepers::of_shell(const std::string& name) const {
  std::vector<std::shared_ptr<kept>> found;
  for (const auto& [pid, one] : all_)
    if (one->shell == name)
      found.push_back(one);
  for (const auto& [pid, one] : orphaned_mains_)
    if (one->shell == name)
      found.push_back(one);
  return found;
}

void keepers::drain(const std::shared_ptr<kept>& one) {
  keeper_report report;
  ssize_t got = 0;
  while (one->reports && (got = ::read(one->reports.get(), &report, sizeof report)) == sizeof report)
    take(*one, report);
  if (!one->reports || got != 0)
    return;
  loop_.forget(one->reports.get()); // end of file: it has gone, or is about to
  one->reports.reset();
  if (one->status)
    tell_end(*one, *one->status, false);
}

void keepers::take(kept& one, const keeper_report& report) {
  switch (report.what) {
  case keeper_report::kind::forked: one.main = report.value; break;
  case keeper_report::kind::started:
    one.main = report.value;
    one.user = report.user;
    one.group = report.group;
    tell_start(one);
    break;
  case keeper_report::kind::failed:
    one.main = 0;
    tell_failure(one, static_cast<wire::refusal>(report.value), report.number);
    break;
  case keeper_report::kind::ended: one.status = report.value; break;
  case keeper_report::kind::others: tell_end(one, *one.status, true); break;
  case keeper_report::kind::alone: tell_end(one, *one.status, false); break;
  }
}

void keepers::tell_start(kept& one) {
  if (!std::exchange(one.started, true))
    one.on.started(one.main);
}

void keepers::tell_failure(kept& one, wire::refusal why, int number) {
  if (!std::exchange(one.told, true))
    std::exchange(one.on, {}).failed(why, number);
}

void keepers::tell_end(kept& one, int status, bool others) {
  if (!std::exchange(one.told, true))
    std::exchange(one.on, {}).ended(status, others);
}

void keepers::reap() {
  for (;;) {
    siginfo_t child{};
    // Looked at first: what we learn from a dead keeper's pipe must be known before its orphan's status is taken.
    if (::waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) != 0 || child.si_pid == 0)
      return;
    auto pid = child.si_pid;
    if (auto found = all_.find(pid); found != all_.end()) {
      ::waitpid(pid, nullptr, WNOHANG);
      auto one = found->second;
      all_.erase(found);
      on_keeper_gone(one);
      continue;
    }
    // An orphan: its keeper is dead, so all that the keeper had to say lies in its pipe.
    auto live = all_;
    for (const auto& [number, one] : live)
      drain(one);
    int status = 0;
    ::waitpid(pid, &status, WNOHANG);
    on_orphan(pid, status);
  }
}

void keepers::on_keeper_gone(const std::shared_ptr<kept>& one) {
  drain(one);
  if (one->reports) {
    loop_.forget(one->reports.get());
    one->reports.reset();
  }
  one->alive = false;
  if (one->told)
    return;
  if (one->main == 0) // killed before it could start anything
    return tell_failure(*one, wire::refusal::start_failed, 0);
  tell_start(*one); // killed, most likely by what it had just started
  siginfo_t main{};
  if (::waitid(P_PID, static_cast<id_t>(one->main), &main, WEXITED | WNOHANG | WNOWAIT) != 0)
    return tell_end(*one, SIGKILL, true); // reaped by the keeper in its last moment
  orphaned_mains_[one->main] = one;
}

void keepers::on_orphan(pid_t pid, int status) {
  for (const auto& [number, one] : all_) // killed, but not yet seen as such
    if (one->main == pid && !one->told) {
      tell_start(*one);
      return tell_end(*one, status, true);
    }
  if (auto found = orphaned_mains_.find(pid); found != orphaned_mains_.end()) {
    auto one = found->second;
    orphaned_mains_.erase(found);
    tell_end(*one, status, true);
  }
}

} // namespace strata::agent
