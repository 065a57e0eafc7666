// SPDX-License-Identifier: MIT
#include "isolation/id_pool.hpp"

#include "isolation/id_ranges.hpp"
#include "isolation/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <mutex>
#include <pwd.h>
#include <unistd.h>

namespace strata {

/// The fixed part needs no lock.
struct id_pool::state {
  id_map_kind kind = id_map_kind::single;
  std::uint32_t uid = 0;
  std::vector<id_range> ranges;
  bool shared = false;

  std::mutex mutex;
  std::vector<std::uint32_t> holders; ///< per range: leases and reservations
  std::size_t next = 0;               ///< where take() looks first
  std::size_t in_use = 0;
};

/// What a lease keeps until its last copy is dropped.
struct id_pool::hold {
  hold(std::shared_ptr<state> pool, std::vector<std::size_t> which) : from{std::move(pool)}, held{std::move(which)} {}
  hold(const hold&) = delete;
  hold& operator=(const hold&) = delete;
  ~hold() {
    const std::lock_guard lock{from->mutex};
    for (const auto index : held)
      if (--from->holders[index] == 0)
        --from->in_use;
  }

  std::shared_ptr<state> from;
  std::vector<std::size_t> held;
};

namespace {

constexpr std::size_t max_subid_bytes = 1 << 20;

// A missing file grants nothing.
result<std::vector<subid_grant>> read_grants(const char* path) {
  const unique_fd file{::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file && errno == ENOENT)
    return std::vector<subid_grant>{};
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto size = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (size < 0)
      return errno_error("read", path);
    if (size == 0)
      return parse_subid(text);
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > max_subid_bytes)
      return error{errc::too_large, fmt::format("read {}: longer than {} bytes", path, max_subid_bytes)};
  }
}

std::string name_of(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return {};
  return found->pw_name;
}

} // namespace

result<id_pool> id_pool::open(std::string_view setting) {
  STRATA_TRY(const auto subuid, read_grants("/etc/subuid"));
  STRATA_TRY(const auto subgid, read_grants("/etc/subgid"));
  const auto uid = ::geteuid();
  return make(setting, uid, name_of(uid), subuid, subgid);
}

result<id_pool> id_pool::make(std::string_view setting, std::uint32_t uid, std::string_view user_name,
                              const std::vector<subid_grant>& subuid, const std::vector<subid_grant>& subgid) {
  auto made = std::make_shared<state>();
  STRATA_TRY(made->ranges, choose_id_ranges(setting, uid, user_name, subuid, subgid));
  made->uid = uid;
  if (!made->ranges.empty())
    made->kind = uid == 0 ? id_map_kind::range : id_map_kind::subid_range;
  made->shared = uid != 0 && made->ranges.size() <= 1;
  made->holders.resize(made->ranges.size());
  return id_pool{std::move(made)};
}

result<id_lease> id_pool::take() {
  id_lease lease;
  if (state_->shared) {
    lease.map_ = {state_->kind, state_->ranges.empty() ? id_range{state_->uid, 1} : state_->ranges.front(), true};
    return lease;
  }
  const auto count = state_->ranges.size();
  const std::unique_lock lock{state_->mutex};
  for (std::size_t i = 0; i < count; ++i) {
    const auto index = (state_->next + i) % count;
    if (state_->holders[index] > 0)
      continue;
    lease.held_ = std::make_shared<hold>(state_, std::vector{index});
    ++state_->holders[index];
    ++state_->in_use;
    state_->next = (index + 1) % count;
    lease.map_ = {state_->kind, state_->ranges[index], false};
    return lease;
  }
  return error{errc::quota_exceeded,
               fmt::format("take host ids: all {} ranges of {} are in use (close a session, or give the server a larger id pool)",
                           count, ids_per_session),
               {{"retry_after", "1"}}};
}

id_lease id_pool::reserve(const id_map& map) {
  id_lease lease;
  lease.map_ = map;
  if (state_->shared)
    return lease;
  std::vector<std::size_t> touched;
  for (std::size_t index = 0; index < state_->ranges.size(); ++index)
    if (overlap(state_->ranges[index], map.range))
      touched.push_back(index);
  if (touched.empty())
    return lease;
  auto held = std::make_shared<hold>(state_, std::move(touched));
  const std::lock_guard lock{state_->mutex};
  for (const auto index : held->held)
    if (state_->holders[index]++ == 0)
      ++state_->in_use;
  lease.held_ = std::move(held);
  return lease;
}

id_map_kind id_pool::kind() const noexcept { return state_->kind; }

std::size_t id_pool::size() const noexcept { return state_->ranges.size(); }

std::size_t id_pool::in_use() const noexcept {
  const std::lock_guard lock{state_->mutex};
  return state_->in_use;
}

std::string id_pool::describe() const {
  if (state_->kind == id_map_kind::single)
    return "one id";
  return fmt::format(fmt::runtime(state_->shared ? "one range of {} shared by all sessions" : "own range of {}"),
                     ids_per_session);
}

} // namespace strata
