// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace strata::agent {

struct account {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups; ///< supplementary
  std::string name;          ///< the uid in digits where /etc/passwd knows none
  std::string home;          ///< "/" where /etc/passwd knows none
};

/// Finds an account in the texts of passwd(5) and group(5). `user` is a name, a uid or uid:gid; empty is uid 0. A uid
/// without an entry has the group of the same number. Empty: no such name, or a number out of range.
std::optional<account> find_account(std::string_view passwd, std::string_view group, std::string_view user);

/// The same by the /etc of this root, which the payload writes: only regular files are read, at most 1 MiB of each.
std::optional<account> find_account(std::string_view user);

} // namespace strata::agent
