// SPDX-License-Identifier: MIT
#include "isolation/id_ranges.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace strata {

namespace {

constexpr std::uint32_t first_allowed = 65536; ///< below: the accounts of the host itself
constexpr std::uint32_t last_allowed = std::numeric_limits<std::uint32_t>::max() - 1;
// Where "auto" looks: above what useradd(8) grants to thousands of users, below 2^31, which some programs take for negative.
constexpr std::uint32_t auto_first = 0x10000000;
constexpr std::uint32_t auto_last = 0x6fffffff;
constexpr std::size_t max_ranges = 16384;

std::uint64_t end_of(const id_range& range) noexcept { return std::uint64_t{range.first} + range.count; }

error refused(std::string_view setting, std::string_view why) {
  return {errc::invalid_argument, fmt::format("id pool \"{}\": {}", setting, why)};
}

result<id_range> parse_setting(std::string_view setting) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const auto* end = setting.data() + setting.size();
  const auto [dash, bad_first] = std::from_chars(setting.data(), end, first);
  if (bad_first != std::errc{} || dash == end || *dash != '-')
    return refused(setting, "neither \"auto\" nor FIRST-LAST");
  const auto [rest, bad_last] = std::from_chars(dash + 1, end, last);
  if (bad_last != std::errc{} || rest != end)
    return refused(setting, "neither \"auto\" nor FIRST-LAST");
  if (first < first_allowed || last > last_allowed)
    return refused(setting, fmt::format("not within {}-{}", first_allowed, last_allowed));
  if (last < first || last - first + 1 < ids_per_session)
    return refused(setting, fmt::format("fewer than the {} ids of one session", ids_per_session));
  return id_range{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first + 1)};
}

void append_slices(const id_range& whole, std::vector<id_range>& slices) {
  for (std::uint64_t first = whole.first; first + ids_per_session <= end_of(whole) && slices.size() < max_ranges;
       first += ids_per_session)
    slices.push_back({static_cast<std::uint32_t>(first), ids_per_session});
}

/// The grant that has one of these ids, if any.
const subid_grant* granted(const id_range& ids, const std::vector<subid_grant>& grants) {
  const auto found = std::find_if(grants.begin(), grants.end(), [&](const auto& grant) { return overlap(grant.range, ids); });
  return found == grants.end() ? nullptr : &*found;
}

class server_user {
public:
  server_user(std::uint32_t uid, std::string_view name) : number_{std::to_string(uid)}, name_{name} {}
  bool has(const subid_grant& grant) const { return grant.user == number_ || (!name_.empty() && grant.user == name_); }
  std::string_view spelling() const { return name_.empty() ? std::string_view{number_} : name_; }

private:
  std::string number_;
  std::string_view name_;
};

// Even what is granted to root is left alone here: it is for the container tools that root runs.
result<std::vector<id_range>> automatic_for_root(const std::vector<subid_grant>& subuid, const std::vector<subid_grant>& subgid) {
  std::vector<id_range> free;
  for (std::uint64_t first = auto_first; first + ids_per_session <= std::uint64_t{auto_last} + 1 && free.size() < max_ranges;) {
    const id_range slice{static_cast<std::uint32_t>(first), ids_per_session};
    const auto* taken = granted(slice, subuid);
    if (taken == nullptr)
      taken = granted(slice, subgid);
    if (taken == nullptr)
      free.push_back(slice);
    const auto past = taken == nullptr ? first + 1 : end_of(taken->range);
    first = (past + ids_per_session - 1) / ids_per_session * ids_per_session;
  }
  if (free.empty())
    return refused("auto", fmt::format("/etc/subuid and /etc/subgid grant all of {}-{} to users (give ids as FIRST-LAST)",
                                       auto_first, auto_last));
  return free;
}

result<std::vector<id_range>> given_for_root(std::string_view setting, const id_range& wished, const server_user& root,
                                             const std::vector<subid_grant>& subuid, const std::vector<subid_grant>& subgid) {
  for (const auto* grants : {&subuid, &subgid})
    for (const auto& grant : *grants)
      if (!root.has(grant) && overlap(grant.range, wished))
        return refused(setting, fmt::format("{} grants {}-{} to user {}", grants == &subuid ? "/etc/subuid" : "/etc/subgid",
                                            grant.range.first, end_of(grant.range) - 1, grant.user));
  std::vector<id_range> slices;
  append_slices(wished, slices);
  return slices;
}

/// What one user has in both files.
std::vector<id_range> granted_in_both(const server_user& user, const std::vector<subid_grant>& subuid,
                                      const std::vector<subid_grant>& subgid) {
  std::vector<id_range> common;
  for (const auto& users : subuid)
    for (const auto& groups : subgid) {
      if (!user.has(users) || !user.has(groups) || !overlap(users.range, groups.range))
        continue;
      const auto first = std::max({users.range.first, groups.range.first, first_allowed});
      const auto end = std::min(end_of(users.range), end_of(groups.range));
      const id_range range{first, static_cast<std::uint32_t>(end > first ? end - first : 0)};
      const auto is_known = std::any_of(common.begin(), common.end(), [&](const auto& other) { return overlap(other, range); });
      if (range.count > 0 && !is_known)
        common.push_back(range);
    }
  return common;
}

} // namespace

bool overlap(const id_range& a, const id_range& b) noexcept { return a.first < end_of(b) && b.first < end_of(a); }

result<std::vector<id_range>> choose_id_ranges(std::string_view setting, std::uint32_t uid, std::string_view user_name,
                                               const std::vector<subid_grant>& subuid, const std::vector<subid_grant>& subgid) {
  const bool automatic = setting == "auto";
  const server_user user{uid, user_name};
  id_range wished;
  if (!automatic) {
    STRATA_TRY(wished, parse_setting(setting));
  }
  if (uid == 0)
    return automatic ? automatic_for_root(subuid, subgid) : given_for_root(setting, wished, user, subuid, subgid);
  const auto common = granted_in_both(user, subuid, subgid);
  std::vector<id_range> slices;
  if (automatic) {
    for (const auto& range : common)
      append_slices(range, slices);
    return slices;
  }
  const auto holds = [&](const auto& range) { return range.first <= wished.first && end_of(wished) <= end_of(range); };
  if (std::none_of(common.begin(), common.end(), holds))
    return refused(setting, fmt::format("not granted to user {0} (add the line {0}:{1}:{2} to /etc/subuid and /etc/subgid)",
                                        user.spelling(), wished.first, wished.count));
  append_slices(wished, slices);
  return slices;
}

} // namespace strata
