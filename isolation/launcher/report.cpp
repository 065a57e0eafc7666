// SPDX-License-Identifier: MIT
#include "isolation/launcher/report.hpp"

#include "isolation/wire/launch_plan.hpp"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace strata::launcher {

namespace {

// One write, so that lines of several processes do not mix (pipe(7): atomic up to PIPE_BUF).
void say(const std::string& line) {
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0)
    ::_exit(1); // nobody is left to tell
}

} // namespace

void fail(const std::string& what, int number, const char* hint) {
  auto line = what;
  if (number != 0) {
    std::string text = std::strerror(number);
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    line += ": " + text;
  }
  if (hint != nullptr)
    line += std::string{" ("} + hint + ")";
  say(line + "\n");
  ::_exit(1);
}

void report_child(pid_t pid) { say(wire::child_mark + std::to_string(pid) + "\n"); }

} // namespace strata::launcher
