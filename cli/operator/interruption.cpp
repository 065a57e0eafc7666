// SPDX-License-Identifier: MIT
#include "cli/operator/interruption.hpp"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace strata {

namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN)
      sigaddset(&set, number);
  }
  return set;
}

} // namespace

interruption::interruption() {
  const auto set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

interruption::~interruption() {
  const auto set = watched();
  while (signal() != 0) // they had their effect
    ;
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

int interruption::signal() const {
  signalfd_siginfo came{};
  return ::read(signals_.get(), &came, sizeof came) == sizeof came ? static_cast<int>(came.ssi_signo) : 0;
}

} // namespace strata
