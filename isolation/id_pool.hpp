// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_map.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata {

/// One line of /etc/subuid or /etc/subgid (subuid(5)): a user, by name or number, may map these host ids.
struct subid_grant {
  std::string user;
  id_range range;
  bool operator==(const subid_grant&) const = default;
};
/// Lines that are no grant are left out. Pure.
std::vector<subid_grant> parse_subid(std::string_view text);

/// The right to one session's range of host ids. It returns to its pool when the last copy is dropped: when the
/// session's files are gone from the disk, never earlier, else a later session would own them. Thread safe to drop.
class id_lease {
public:
  const id_map& map() const noexcept { return map_; }

private:
  friend class id_pool;
  id_map map_;
  std::shared_ptr<void> held_; ///< null for a map that all sessions share
};

/// The host ids of this server's sessions, in ranges of 65536, each lent to one session at a time. Thread safe.
///
/// A root server takes any ids it likes, so the pool must not touch what /etc/subuid and /etc/subgid grant to users, nor
/// ids below 65536. A plain user may only map what is granted to it in both files. One range: all sessions share it
/// (id_map.shared), and the session's state says so. No range: the single map.
class id_pool {
public:
  /// `setting`: "auto" or "FIRST-LAST" (host ids, both included, at least 65536 of them). An error names setting and reason.
  static result<id_pool> open(std::string_view setting);
  /// The same, told who runs the server and what the files say. Pure.
  static result<id_pool> make(std::string_view setting, std::uint32_t uid, std::string_view user_name,
                              const std::vector<subid_grant>& subuid, const std::vector<subid_grant>& subgid);

  /// `quota_exceeded`, with retry_after, when every range is in use. A range that was given back rests as long as others
  /// are free.
  result<id_lease> take();
  /// Holds every range that has an id of `map`, for files that an earlier server left: none of them is lent until the
  /// lease and all others like it are dropped. Ids that are not the pool's are nothing to hold; the lease has `map` all
  /// the same.
  id_lease reserve(const id_map& map);

  id_map_kind kind() const noexcept;
  /// Ranges in all; 0 when the map is single.
  std::size_t size() const noexcept;
  /// Lent or reserved; a range that all sessions share is not counted.
  std::size_t in_use() const noexcept;
  /// For state and `strata check`: "own range of 65536", "one range of 65536 shared by all sessions", "one id".
  std::string describe() const;

private:
  struct state;
  struct hold;
  explicit id_pool(std::shared_ptr<state> made) noexcept : state_{std::move(made)} {}

  std::shared_ptr<state> state_; ///< shared with the leases, which may outlive the pool
};

} // namespace strata
