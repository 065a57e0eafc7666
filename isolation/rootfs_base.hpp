// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/base.hpp"
#include "isolation/id_map.hpp"

#include <string>

namespace strata {

/// A base that was given (STRATA_SANDBOX_BASE_ROOTFS): checked to be a directory with a usable /bin/bash, to belong to the ids
/// that sessions map to 0 (`ids`: any of the server's), and not to hold or lie in the session root. `shift` for a root server,
/// whose tree belongs to root.
result<base> open_rootfs_base(const std::string& directory, const std::string& session_root, const id_map& ids);

} // namespace strata
