// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace strata {

/// The four account files of a session's /etc (passwd(5), group(5), shadow(5), gshadow(5)).
struct account_files {
  std::string passwd, group, shadow, gshadow;
};

/// Made anew from the host's passwd and group: root, the system accounts (ids below 1000) and nobody. No people, no hash:
/// every password is '*'. Groups keep only such members. Lines that are no account are left out; root, nobody and their groups
/// are always there. Pure.
account_files system_accounts(std::string_view host_passwd, std::string_view host_group);

} // namespace strata
