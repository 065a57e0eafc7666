// SPDX-License-Identifier: MIT
#include "isolation/launch_attempt.hpp"

#include "isolation/control_socket.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/process_tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace strata {

namespace {
constexpr std::chrono::seconds end_patience{5}; // for the end of killed processes
}

launch_attempt::~launch_attempt() {
  if (!succeeded_)
    remove_control_socket(session_dir_);
}

result<launched> launch_attempt::finish(unique_fd launcher, const unique_fd& report, std::chrono::steady_clock::time_point deadline) {
  launcher_ = std::move(launcher);
  auto made = complete(report, deadline);
  succeeded_ = made.has_value();
  if (!succeeded_)
    end_all(report);
  return made;
}

result<launched> launch_attempt::complete(const unique_fd& report, std::chrono::steady_clock::time_point deadline) {
  STRATA_TRY(const auto how, follow(report, deadline));
  const auto text = said_.text();
  if (how == outcome::out_of_time)
    return error{errc::internal, "start sandbox: not ready in time" + (text.empty() ? text : " (" + text + ")")};
  if (how == outcome::ended)
    return error{errc::internal, "start sandbox: " + (text.empty() ? "it ended before it was ready" : text)};
  kill_and_reap(launcher_); // has done its work; at most its exit is outstanding
  STRATA_TRY(auto peer, connect_control_socket(session_dir_));
  return launched{std::move(children_), std::move(peer.socket), std::move(peer.pidfd)};
}

// The report ends when the last process of the launch has: only then no child can be unknown.
void launch_attempt::end_all(const unique_fd& report) {
  kill_and_reap(launcher_);
  const auto deadline = std::chrono::steady_clock::now() + end_patience;
  for (;;) {
    const auto open = take(report);
    for (const auto& child : std::exchange(children_, {}))
      kill_with_children(child); // bwrap's monitor does not take PID 1 inside with it
    if (!open || !*open || std::chrono::steady_clock::now() > deadline)
      return;
    pollfd wait{report.get(), POLLIN, 0};
    ::poll(&wait, 1, 100);
  }
}

result<launch_attempt::outcome> launch_attempt::follow(const unique_fd& report, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    STRATA_TRY(const auto open, take(report));
    if (said_.ready())
      return outcome::ready;
    if (!open)
      return outcome::ended;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0)
      return outcome::out_of_time;
    pollfd wait{report.get(), POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000))) < 0 && errno != EINTR)
      return errno_error("wait for sandbox");
  }
}

// False at the end of the report.
result<bool> launch_attempt::take(const unique_fd& report) {
  std::array<char, 4096> bytes;
  for (;;) {
    const auto size = ::read(report.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0 && errno == EAGAIN)
      return true;
    if (size < 0)
      return errno_error("read launch report");
    if (size == 0)
      return false;
    said_.feed({bytes.data(), static_cast<std::size_t>(size)});
    for (const auto pid : said_.take_children()) {
      STRATA_TRY(auto child, open_pidfd(pid)); // it cannot be reused: only this thread reaps it
      if (!is_own_child(child))
        return error{errc::internal, fmt::format("start sandbox: launcher named process {}, which is not its work", pid)};
      children_.push_back(std::move(child));
    }
    if (said_.ready())
      return true;
  }
}

} // namespace strata
