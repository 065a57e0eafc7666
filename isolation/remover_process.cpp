// SPDX-License-Identifier: MIT
#include "isolation/remover_process.hpp"

#include "isolation/launch_report.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"
#include "isolation/wire/remover.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace strata {

namespace {

using clock = std::chrono::steady_clock;

// Milliseconds that poll(2) may wait, rounded up.
int milliseconds_until(clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, 60'000));
}

// What is in the nonblocking pipe, at most what it can hold; false at its end.
bool drain(const unique_fd& pipe, launch_report& report) {
  std::array<char, 4096> bytes{};
  for (int reads = 0; reads < 16; ++reads) {
    const auto size = ::read(pipe.get(), bytes.data(), bytes.size());
    if (size <= 0)
      return size < 0 && (errno == EAGAIN || errno == EINTR);
    report.feed({bytes.data(), static_cast<std::size_t>(size)});
  }
  return true;
}

// Until the process has ended; what it still wrote is in the pipe then. False: not before the deadline.
bool watch(const unique_fd& process, const unique_fd& pipe, launch_report& report, clock::time_point deadline) {
  std::array<pollfd, 2> waits{pollfd{process.get(), POLLIN, 0}, pollfd{pipe.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(waits.data(), waits.size(), milliseconds_until(deadline)) < 0 && errno != EINTR)
      return false;
    if (!drain(pipe, report))
      waits[1].fd = -1;
    if ((waits[0].revents & POLLIN) != 0)
      return true;
    if (clock::now() >= deadline)
      return false;
  }
}

} // namespace

result<void> remove_tree_as(const removal_tools& tools, int parent, const std::string& name, const id_range& ids,
                            std::chrono::milliseconds patience) {
  if (tools.remover.empty())
    return error{
      errc::internal,
      fmt::format("remove {}: no strata-remover on this host (install the package strata, or set STRATA_LIBEXEC)", name)};
  if (tools.newuidmap.empty() || tools.newgidmap.empty())
    return error{errc::internal,
                 fmt::format("remove {}: no newuidmap and newgidmap on this host (install the package uidmap)", name)};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return errno_error("make report pipe");
  const unique_fd report_pipe{ends[0]};
  unique_fd writer{ends[1]};
  if (::fcntl(report_pipe.get(), F_SETFL, O_NONBLOCK) != 0)
    return errno_error("make report pipe");
  const std::vector<std::string> arguments{tools.remover,   name,           std::to_string(ids.first), std::to_string(ids.count),
                                           tools.newuidmap, tools.newgidmap};
  STRATA_TRY(const auto process,
             spawn_program("remover", arguments, {{writer.get(), 1}, {writer.get(), 2}, {parent, wire::remover_directory_fd}}));
  writer.reset();
  launch_report report;
  if (!watch(process, report_pipe, report, clock::now() + patience)) {
    kill_and_reap(process);
    return error{errc::internal, fmt::format("remove {}: strata-remover has not ended within {} ms", name, patience.count())};
  }
  const int status = wait_and_reap(process);
  static_cast<void>(drain(report_pipe, report));
  if (status == 0)
    return {};
  const auto text = report.text();
  return error{errc::internal, text.empty() ? fmt::format("remove {}: strata-remover ended with status {}", name, status) : text};
}

} // namespace strata
