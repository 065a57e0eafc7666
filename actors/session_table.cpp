// SPDX-License-Identifier: MIT
#include "actors/session_table.hpp"

#include "actors/list_cursor.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

bool matches(const session_info& info, const list_sessions& wanted) {
  const auto has = [&](const auto& label) {
    auto found = info.metadata.find(label.first);
    return found != info.metadata.end() && found->second == label.second;
  };
  return (wanted.owner.empty() || wanted.owner == info.key.owner_id) && (wanted.uid.empty() || wanted.uid == info.uid)
         && (wanted.base.empty() || wanted.base == info.base)
         && (wanted.states.empty() || std::count(wanted.states.begin(), wanted.states.end(), info.state) > 0)
         && (!wanted.created_after || info.created_at > *wanted.created_after)
         && std::all_of(wanted.metadata.begin(), wanted.metadata.end(), has);
}

} // namespace

result<void> session_table::check_place(const std::string& owner) const {
  const auto full = [](std::string_view what, std::size_t limit) {
    return error{errc::quota_exceeded,
                 fmt::format("{} ({}) reached", what, limit),
                 {{"limit", std::to_string(limit)}, {"retry_after", "1"}}};
  };
  if (places_ >= limits_.sessions)
    return full("max sessions", limits_.sessions);
  auto taken = owners_.find(owner);
  if (limits_.per_owner > 0 && taken != owners_.end() && taken->second >= limits_.per_owner)
    return full("max sessions per owner", limits_.per_owner);
  return {};
}

session_table::entry& session_table::add(std::shared_ptr<const session_info> info, std::shared_ptr<session_counters> counters) {
  const auto serial = ++last_serial_;
  uids_[info->uid] = serial;
  live_[info->key] = serial;
  keys_[info->key].push_back(serial);
  ++owners_[info->key.owner_id];
  ++places_;
  return entries_[serial] = entry{serial, phase::live, std::move(info), std::move(counters)};
}

void session_table::update(std::shared_ptr<const session_info> info) {
  if (auto* known = find(info->uid))
    known->info = std::move(info);
}

void session_table::close(std::shared_ptr<const session_info> info) {
  auto* known = find(info->uid);
  if (!known || known->where != phase::live)
    return;
  live_.erase(info->key);
  known->where = phase::closing;
  known->info = std::move(info);
}

void session_table::end(std::shared_ptr<const session_info> info, steady_time now) {
  close(info);
  auto* known = find(info->uid);
  if (!known || known->where != phase::closing)
    return;
  known->where = phase::ended;
  known->info = std::move(info);
  --places_;
  if (auto owner = owners_.find(known->info->key.owner_id); --owner->second == 0)
    owners_.erase(owner);
  ended_.emplace_back(now, known->serial);
  expire(now);
}

void session_table::expire(steady_time now) {
  while (!ended_.empty() && (ended_.size() > limits_.max_ended || ended_.front().first + limits_.ended_kept <= now)) {
    auto gone = entries_.find(ended_.front().second);
    ended_.pop_front();
    auto siblings = keys_.find(gone->second.info->key);
    std::erase(siblings->second, gone->first);
    if (siblings->second.empty())
      keys_.erase(siblings);
    uids_.erase(gone->second.info->uid);
    entries_.erase(gone);
  }
}

const session_table::entry* session_table::newest(const session_key& key, phase worst) const {
  auto siblings = keys_.find(key);
  if (siblings == keys_.end())
    return nullptr;
  // Oldest first, and a key is live only in its last session, so the last one that is good enough is the best.
  for (auto serial = siblings->second.rbegin(); serial != siblings->second.rend(); ++serial)
    if (const auto& known = entries_.at(*serial); known.where <= worst)
      return &known;
  return nullptr;
}

const session_table::entry* session_table::any(const session_ref& session) const {
  if (session.expect_uid.empty())
    return newest(session.key, phase::ended);
  const auto* known = by_uid(session.expect_uid);
  const bool by_uid_alone = session.key.owner_id.empty() && session.key.session_id.empty();
  return known && (by_uid_alone || known->info->key == session.key) ? known : nullptr;
}

const session_table::entry* session_table::open(const session_ref& session) const {
  if (session.expect_uid.empty())
    return newest(session.key, phase::closing);
  const auto* known = any(session);
  return known && known->where != phase::ended ? known : nullptr;
}

const session_table::entry* session_table::live(const session_ref& session) const {
  const auto* known = open(session);
  return known && known->where == phase::live ? known : nullptr;
}

const session_table::entry* session_table::by_uid(const std::string& uid) const {
  auto found = uids_.find(uid);
  return found == uids_.end() ? nullptr : &entries_.at(found->second);
}

session_table::entry* session_table::find(const std::string& uid) { return const_cast<entry*>(by_uid(uid)); }

session_info session_table::shown(const entry& session) {
  session_info info = *session.info;
  const auto& counters = *session.counters;
  const auto ticks = std::chrono::system_clock::duration{counters.last_active.load()};
  info.last_active_at = std::chrono::system_clock::time_point{ticks};
  info.counts = {{"running", std::to_string(counters.running.load())},
                 {"queued", std::to_string(counters.queued.load())},
                 {"shells", std::to_string(counters.shells.load())}};
  return info;
}

result<session_page> session_table::list(const list_sessions& request) const {
  const bool down = request.newest_first;
  auto from = down ? entries_.end() : entries_.begin();
  if (!request.cursor.empty()) {
    STRATA_TRY(auto cursor, list_cursor::decode(request.cursor, down));
    from = down ? entries_.lower_bound(cursor.after) : entries_.upper_bound(cursor.after);
  }
  session_page page;
  std::uint64_t last = 0;
  while (from != (down ? entries_.begin() : entries_.end())) {
    const auto& session = down ? *--from : *from++;
    if (!matches(*session.second.info, request))
      continue;
    if (page.items.size() == static_cast<std::size_t>(request.limit)) {
      page.next_cursor = list_cursor{down, last}.encode();
      break;
    }
    page.items.push_back(shown(session.second));
    last = session.first;
  }
  return page;
}

std::vector<std::string> session_table::open_uids() const {
  std::vector<std::string> uids;
  for (const auto& [serial, session] : entries_)
    if (session.where != phase::ended)
      uids.push_back(session.info->uid);
  return uids;
}

} // namespace strata
