// SPDX-License-Identifier: MIT
#include "isolation/trash.hpp"

#include "isolation/directory_names.hpp"
#include "isolation/ids_file.hpp"
#include "isolation/launch.hpp"
#include "isolation/open_beneath.hpp"
#include "isolation/removal.hpp"
#include "isolation/remover_process.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <stdio.h> // renameat2(2)
#include <sys/stat.h>
#include <thread>

namespace strata {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto first_pause = 250ms;
constexpr std::chrono::milliseconds longest_pause = 5min;
constexpr auto remover_patience = 10min;
constexpr int max_names = 100; ///< tried for a tree whose name is taken in the trash

unique_fd duplicate(int fd) { return unique_fd{::fcntl(fd, F_DUPFD_CLOEXEC, 0)}; }

/// One tree on its way out.
struct discarded {
  std::string name;
  bool is_in_trash = false; ///< else it is still in ROOT/sessions
  id_lease ids;
  std::function<void()> gone;
  std::chrono::milliseconds pause = first_pause;
  std::string problem; ///< not yet told
  std::string told;
};

} // namespace

struct trash::state {
  unique_fd sessions_dir, trash_dir;
  removal_tools tools;
  std::function<void(const std::string&)> report;

  std::mutex mutex;
  std::condition_variable changed;
  std::multimap<clock::time_point, discarded> queue; ///< by when it is due; the first come first among equals
  bool stopping = false;
  std::thread worker; ///< last: it uses the rest

  void add(discarded item, clock::time_point due = clock::now()) {
    const std::lock_guard lock{mutex};
    queue.emplace(due, std::move(item));
    changed.notify_one();
  }

  result<void> move_in(discarded& item) const {
    if (!is_session_directory_name(item.name))
      return error{errc::invalid_argument, "discard session directory: not the name of one"};
    for (int i = 0; i < max_names; ++i) {
      auto name = i == 0 ? item.name : fmt::format("{}.{}", item.name, i);
      if (::renameat2(sessions_dir.get(), item.name.c_str(), trash_dir.get(), name.c_str(), RENAME_NOREPLACE) == 0
          || errno == ENOENT) {
        item.name = std::move(name);
        item.is_in_trash = true;
        return {};
      }
      if (errno != EEXIST)
        break;
    }
    return errno_error("move to the trash", item.name);
  }

  result<void> remove(discarded& item) const {
    if (!item.is_in_trash) {
      STRATA_CHECK(move_in(item));
    }
    const auto& map = item.ids.map();
    if (map.kind == id_map_kind::subid_range)
      return remove_tree_as(tools, trash_dir.get(), item.name, map.range, remover_patience);
    return remove_tree(trash_dir.get(), item.name);
  }

  void tell(discarded& item) const {
    if (!item.problem.empty() && item.problem != item.told && report)
      report(item.problem);
    if (!item.problem.empty())
      item.told = std::exchange(item.problem, {});
  }

  void work(discarded item) {
    tell(item);
    const auto removed = remove(item);
    if (removed) {
      item.ids = {}; // before `gone`, which may want a range
      if (item.gone)
        item.gone();
      return;
    }
    item.problem = removed.error().message;
    tell(item);
    const auto due = clock::now() + item.pause;
    item.pause = std::min(item.pause * 2, longest_pause);
    add(std::move(item), due);
  }

  void run() {
    std::unique_lock lock{mutex};
    while (!stopping) {
      if (queue.empty()) {
        changed.wait(lock);
      } else if (const auto due = queue.begin()->first; due > clock::now()) {
        changed.wait_until(lock, due);
      } else {
        auto item = std::move(queue.extract(queue.begin()).mapped());
        lock.unlock();
        work(std::move(item));
        lock.lock();
      }
    }
  }
};

trash::trash(const session_root& root, std::string remover, std::function<void(const std::string& problem)> problem)
  : state_{std::make_shared<state>()} {
  state_->sessions_dir = duplicate(root.sessions());
  state_->trash_dir = duplicate(root.trash());
  const auto programs = find_launch_tools({});
  state_->tools = {std::move(remover), programs.newuidmap, programs.newgidmap};
  state_->report = std::move(problem);
  state_->worker = std::thread{[state = state_.get()] { state->run(); }};
}

trash::~trash() {
  {
    const std::lock_guard lock{state_->mutex};
    state_->stopping = true;
    state_->changed.notify_one();
  }
  state_->worker.join();
}

void trash::discard(session_directory directory, id_lease ids, std::function<void()> gone) {
  discarded item;
  item.name = std::move(directory.name);
  item.gone = std::move(gone);
  if (const auto known = read_ids(directory.directory.get()); (!known || !*known) && ids.map().range.count > 0)
    if (const auto written = write_ids(directory.directory.get(), ids.map()); !written)
      item.problem = written.error().message;
  item.ids = std::move(ids);
  if (const auto moved = state_->move_in(item); !moved)
    item.problem = moved.error().message;
  state_->add(std::move(item));
}

void trash::sweep(id_pool& ids) {
  const auto names = directory_names(state_->trash_dir.get());
  if (!names) {
    if (state_->report)
      state_->report("sweep the trash: " + names.error().message);
    return;
  }
  for (const auto& name : *names) {
    discarded item;
    item.name = name;
    item.is_in_trash = true;
    const auto directory = open_beneath(state_->trash_dir.get(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    auto owner = directory ? read_ids(directory.get()) : result<std::optional<id_map>>{std::optional<id_map>{}};
    if (!owner)
      item.problem = fmt::format("sweep {}: {}", name, owner.error().message);
    else if (*owner)
      item.ids = ids.reserve(**owner);
    state_->add(std::move(item));
  }
}

} // namespace strata
