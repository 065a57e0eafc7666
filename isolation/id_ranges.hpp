// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/id_pool.hpp"

namespace strata {

/// Ids that a session gets. Enough for every account of a distribution, 65534 (nobody) among them.
inline constexpr std::uint32_t ids_per_session = 65536;

/// The ranges of ids_per_session that a server may lend, by id_pool's rules; empty for a plain user without any. Pure.
result<std::vector<id_range>> choose_id_ranges(std::string_view setting, std::uint32_t uid, std::string_view user_name,
                                               const std::vector<subid_grant>& subuid, const std::vector<subid_grant>& subgid);

bool overlap(const id_range& a, const id_range& b) noexcept;

} // namespace strata
