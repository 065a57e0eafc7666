// SPDX-License-Identifier: MIT
#include "isolation/host_program.hpp"

#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace strata {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t max_line = 1024;
constexpr std::chrono::seconds grace{10};

class line_splitter {
public:
  explicit line_splitter(const std::function<void(const std::string&)>& on_line) : on_line_{on_line} {}
  ~line_splitter() { flush(); }
  line_splitter(const line_splitter&) = delete;
  line_splitter& operator=(const line_splitter&) = delete;
  void feed(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n' || c == '\r')
        flush();
      else if (line_.size() < max_line)
        line_ += c >= ' ' && c <= '~' ? c : '?';
    }
  }

private:
  void flush() {
    if (on_line_ && !line_.empty())
      on_line_(line_);
    line_.clear();
  }
  const std::function<void(const std::string&)>& on_line_;
  std::string line_;
};

int ms_until(clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

enum class outcome { ended, interrupted, late };

// Until the program has ended or has to. What it has started may hold the pipe open longer; nobody waits for that.
outcome follow(const unique_fd& process, const unique_fd& output, int interrupt, clock::time_point deadline,
               line_splitter& lines) {
  std::array<pollfd, 3> wait{{{process.get(), POLLIN, 0}, {output.get(), POLLIN, 0}, {interrupt, POLLIN, 0}}};
  for (bool ended = false;;) {
    std::array<char, 4096> bytes;
    const auto size = ::read(output.get(), bytes.data(), bytes.size());
    if (size > 0) {
      lines.feed({bytes.data(), static_cast<std::size_t>(size)});
      continue;
    }
    if (ended)
      return outcome::ended;
    if (wait[2].revents != 0)
      return outcome::interrupted;
    if (size == 0)
      wait[1].fd = -1;
    if (clock::now() >= deadline)
      return outcome::late;
    ::poll(wait.data(), wait.size(), ms_until(deadline));
    ended = (wait[0].revents & POLLIN) != 0; // one more look at the pipe, then done
  }
}

/// setpriv(1) has it killed when we die, unshare(1) has its first process killed with it, and with that one (PID 1 of
/// its namespace, pid_namespaces(7)) all others: then nobody holds the mounts.
std::vector<std::string> contain(const std::vector<std::string>& argv) {
  std::vector<std::string> all{"/usr/bin/setpriv",  "--pdeathsig=KILL",      "--",    "/usr/bin/unshare",
                               "--mount",           "--propagation=private", "--pid", "--fork",
                               "--kill-child=KILL", "--mount-proc",          "--"};
  all.insert(all.end(), argv.begin(), argv.end());
  return all;
}

// It leads a process group of its own (spawn_program) and is not reaped yet, so its pid is still its own.
void end_group(const unique_fd& process) {
  const auto pids = namespace_pids(process);
  if (!pids.empty())
    ::kill(-pids.front(), SIGTERM);
  pollfd ended{process.get(), POLLIN, 0};
  ::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds{grace}.count()));
  if (!pids.empty())
    ::kill(-pids.front(), SIGKILL);
  kill_and_reap(process);
}

} // namespace

result<int> run_host_program(const host_program& program) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return errno_error("make pipe");
  const unique_fd output{ends[0]};
  unique_fd writer{ends[1]};
  if (::fcntl(output.get(), F_SETFL, O_NONBLOCK) != 0)
    return errno_error("make pipe");
  STRATA_TRY(const auto process, spawn_program("program", program.contained ? contain(program.argv) : program.argv,
                                               {{writer.get(), 1}, {writer.get(), 2}}));
  writer.reset();
  line_splitter lines{program.on_line};
  switch (follow(process, output, program.interrupt, clock::now() + program.patience, lines)) {
  case outcome::ended: return wait_and_reap(process);
  case outcome::interrupted:
    end_group(process);
    return error{errc::internal, fmt::format("run {}: interrupted", program.argv[0])};
  case outcome::late: break;
  }
  end_group(process);
  return error{errc::internal, fmt::format("run {}: not done in {} s", program.argv[0], program.patience.count())};
}

} // namespace strata
