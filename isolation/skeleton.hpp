// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <array>
#include <filesystem>
#include <string_view>

namespace strata {

/// What of a skeleton has a mode that is not for all to read. For a skeleton that still has to change hands it is set afterwards.
struct private_entry {
  const char* name; ///< below the root
  unsigned mode;
  unsigned group; ///< inside
};
inline constexpr std::array private_entries{private_entry{"root", 0700, 0}, private_entry{"etc/shadow", 0640, 42},
                                            private_entry{"etc/gshadow", 0640, 42}};

/// Makes the root directory of a session as the directory `to` (which must not exist): the usual directories, links as in the
/// host's root (bin → usr/bin, …), a filtered /etc, an empty home, and the small state files below /var that package tools
/// expect. /usr is empty: a layer of the host comes there. Everything belongs to this process and can be read by all.
result<void> make_skeleton(const std::filesystem::path& host_root, const std::filesystem::path& to);

/// Gives private_entries their mode, and their group if this process is root.
result<void> close_private_entries(const std::filesystem::path& skeleton);

} // namespace strata
