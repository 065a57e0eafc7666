// SPDX-License-Identifier: MIT
#include "isolation/leftovers.hpp"

#include "isolation/ids_file.hpp"
#include "isolation/launch.hpp"
#include "isolation/pidfd.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <poll.h>
#include <vector>

namespace strata {

namespace {

constexpr std::chrono::seconds patience{15};

struct leftover {
  session_directory directory;
  unique_fd agent; ///< pidfd, if one lives
};

result<std::vector<leftover>> find_leftovers(const session_root& root) {
  STRATA_TRY(const auto names, root.list());
  std::vector<leftover> found;
  for (const auto& name : names) {
    STRATA_TRY(auto directory, root.open_session(name));
    auto agent = connect_agent(directory.directory.get());
    found.push_back({std::move(directory), agent ? std::move(agent->agent) : unique_fd{}});
  }
  return found;
}

bool has_ended(const unique_fd& agent, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd wait{agent.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0)
      return true;
    if (ready == 0 || errno != EINTR)
      return false;
  }
}

} // namespace

result<void> end_leftovers(const session_root& root, id_pool& ids, trash& discarded,
                           const std::function<void(const std::string&)>& problem) {
  STRATA_TRY(auto found, find_leftovers(root));
  for (const auto& session : found)
    if (session.agent)
      kill_process(session.agent);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (auto& session : found) {
    if (session.agent && !has_ended(session.agent, deadline))
      return error{errc::internal,
                   fmt::format("end session {} of an earlier server: its first process does not end", session.directory.name)};
    const auto map = read_ids(session.directory.directory.get());
    auto held = map && *map ? ids.reserve(**map) : id_lease{};
    discarded.discard(std::move(session.directory), std::move(held), {});
  }
  if (!found.empty() && problem)
    problem(fmt::format("ended {} sessions that an earlier server left", found.size()));
  return {};
}

} // namespace strata
