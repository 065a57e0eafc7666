// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"
#include "actors/operations.hpp"
#include "actors/session_counters.hpp"
#include "config/error.hpp"

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>

namespace strata {

/// What the registry knows of its sessions: who is live under which key, who takes up a place, who ended lately.
/// Bookkeeping only: it starts nothing and ends nothing. Not thread safe.
class session_table {
public:
  /// live: found by its key. closing: not by key any more, but it has processes. ended: kept for listing.
  enum class phase { live, closing, ended };
  struct entry {
    std::uint64_t serial = 0;
    phase where = phase::live;
    std::shared_ptr<const session_info> info; ///< never null; info->key and info->uid never change
    std::shared_ptr<session_counters> counters;
  };
  struct limits {
    std::size_t sessions;
    std::size_t per_owner; ///< 0: none
    std::chrono::milliseconds ended_kept;
    std::size_t max_ended;
  };
  explicit session_table(limits bounds) : limits_{bounds} {}

  /// `quota_exceeded` (with retry_after) when there is no place for one more session of that owner.
  result<void> check_place(const std::string& owner) const;
  /// Its key must not be live, its uid not known.
  entry& add(std::shared_ptr<const session_info> info, std::shared_ptr<session_counters> counters);
  void update(std::shared_ptr<const session_info> info);
  /// The key is free from now on; the place is not.
  void close(std::shared_ptr<const session_info> info);
  /// Its place is free from now on.
  void end(std::shared_ptr<const session_info> info, steady_time now);
  /// Forgets sessions that ended too long ago.
  void expire(steady_time now);

  /// The live session of that name; else null.
  const entry* live(const session_ref& session) const;
  /// The session of that name that is live or closing, the live one first; else null.
  const entry* open(const session_ref& session) const;
  /// The session of that name, live, closing or ended, the newest of a key; else null.
  const entry* any(const session_ref& session) const;
  const entry* by_uid(const std::string& uid) const;

  /// info with the counters of now.
  static session_info shown(const entry& session);
  result<session_page> list(const list_sessions& request) const;

  std::size_t live_count() const noexcept { return live_.size(); }
  std::size_t place_count() const noexcept { return places_; } ///< live and closing
  std::vector<std::string> open_uids() const;

private:
  entry* find(const std::string& uid);
  const entry* newest(const session_key& key, phase worst) const;

  limits limits_;
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, entry> entries_; ///< in order of creation
  std::unordered_map<std::string, std::uint64_t> uids_;
  std::unordered_map<session_key, std::uint64_t> live_;
  std::unordered_map<session_key, std::vector<std::uint64_t>> keys_; ///< every known session of a key, oldest first
  std::unordered_map<std::string, std::size_t> owners_;              ///< places taken
  std::size_t places_ = 0;
  std::deque<std::pair<steady_time, std::uint64_t>> ended_; ///< oldest first
};

} // namespace strata
