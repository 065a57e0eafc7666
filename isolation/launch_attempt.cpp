// SPDX-License-Identifier: MIT
#include "isolation/launch_attempt.hpp"

#include "isolation/control_socket.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/process_tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace strata {

namespace {
constexpr std::chrono::seconds end_patience{5}; // for the end of killed processes
}

launch_attempt::~launch_attempt() {
  if (succeeded_)
    return;
  if (launcher_)
    kill_and_reap(launcher_);
  end_children();
  remove_control_socket(session_dir_);
}

// A child that was made right before may not be known yet. The report ends when the last process that could tell of one
// has ended.
void launch_attempt::end_children() {
  const auto deadline = std::chrono::steady_clock::now() + end_patience;
  for (;;) {
    const auto open = report_ ? take(report_) : result<bool>{false};
    for (const auto& child : std::exchange(children_, {}))
      kill_with_children(child); // bwrap's monitor does not take PID 1 inside with it
    if (!open || !*open || std::chrono::steady_clock::now() > deadline)
      return;
    pollfd wait{report_.get(), POLLIN, 0};
    ::poll(&wait, 1, 100);
  }
}

result<launched> launch_attempt::finish(unique_fd launcher, const unique_fd& report,
                                        std::chrono::steady_clock::time_point deadline) {
  launcher_ = std::move(launcher);
  STRATA_TRY(const auto how, follow(report, deadline));
  if (how == outcome::out_of_time) {
    const auto text = said_.text();
    return error{errc::internal, "start sandbox: not ready in time" + (text.empty() ? text : " (" + text + ")")};
  }
  if (how == outcome::ended)
    return explain("it ended before it was ready");
  kill_and_reap(launcher_); // has done its work; at most its exit is outstanding
  STRATA_TRY(auto peer, connect_control_socket(session_dir_));
  succeeded_ = true;
  return launched{std::move(children_), std::move(peer.socket), std::move(peer.pidfd)};
}

result<void> launch_attempt::complete(unique_fd launcher, const unique_fd& report,
                                      std::chrono::steady_clock::time_point deadline) {
  launcher_ = std::move(launcher);
  STRATA_TRY(const auto how, follow(report, deadline));
  if (how == outcome::out_of_time)
    return error{errc::internal, "not done in time"};
  bool well = how == outcome::ended && wait_and_reap(launcher_) == 0 && !children_.empty();
  launcher_.reset();
  for (const auto& child : std::exchange(children_, {}))
    well = wait_and_reap(child) == 0 && well;
  const auto text = said_.text();
  if (!well)
    return error{errc::internal, text.empty() ? "it failed without a word" : text};
  return {};
}

result<launch_attempt::outcome> launch_attempt::follow(const unique_fd& report, std::chrono::steady_clock::time_point deadline) {
  report_.reset(::fcntl(report.get(), F_DUPFD_CLOEXEC, 0)); // our end comes after that of the caller's
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

error launch_attempt::explain(const char* what) const {
  const auto text = said_.text();
  return {errc::internal, fmt::format("start sandbox: {}", text.empty() ? what : text)};
}

} // namespace strata
