// SPDX-License-Identifier: MIT
#include "tests/security/probes/probe.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::probes {

namespace {

// On a terminal of its own, so that nobody's is disturbed.
verdict by_ioctl(unsigned long request, const char* argument) {
  const int controller = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (controller < 0 || ::grantpt(controller) != 0 || ::unlockpt(controller) != 0)
    return absent("no terminal could be made");
  const int terminal = ::open(::ptsname(controller), O_RDWR | O_NOCTTY | O_CLOEXEC);
  const auto answer = ::syscall(SYS_ioctl, terminal, request, argument);
  const int number = errno;
  ::close(terminal);
  ::close(controller);
  errno = number;
  return by_answer(answer);
}

constexpr char typed[] = "x";
constexpr unsigned long high_bits = 0x7700000000UL;

constexpr char group[] = "Terminals";
constexpr probe table[] = {
  {group, "tiocsti", "Nothing can be typed into a terminal by TIOCSTI", weakness::bare, [] { return by_ioctl(TIOCSTI, typed); }},
  {group, "tiocsti_with_high_bits", "TIOCSTI does not pass by bits that the kernel drops", weakness::bare,
   [] { return by_ioctl(high_bits + TIOCSTI, typed); }},
  {group, "tioclinux", "Nothing can be pasted by TIOCLINUX", weakness::bare, [] { return by_ioctl(TIOCLINUX, "\7"); }},
  {group, "tiocsetd", "The line discipline cannot be changed", weakness::bare,
   [] { return by_ioctl(TIOCSETD, "\377\377\377\177"); }},
  {group, "tioccons", "The console's output cannot be taken", weakness::bare,
   [] {
     // Where it is allowed it would be done, so a pipe stands in for the terminal: the filter sees no difference.
     int ends[2];
     if (::pipe(ends) != 0)
       return absent("no pipe");
     return by_answer(::syscall(SYS_ioctl, ends[1], TIOCCONS, 0));
   }},
};

} // namespace

std::span<const probe> terminal_probes() { return table; }

} // namespace strata::probes
