// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace strata {

/// Makes a session's /etc as the directory `to` (which must not exist) from a host's: an allow-list of what programs need
/// to run (the loader, name lookup, certificates of authorities, package tools, languages), copied by harmless_copy. Account
/// files, hosts, hostname, resolv.conf, environment and profile are written anew. Never copied whatever its mode: keys, tokens,
/// passwords and the configuration of services.
result<void> make_filtered_etc(const std::filesystem::path& host_etc, const std::filesystem::path& to);

/// Only those of its files that name no account: hosts, hostname, resolv.conf, environment and profile, into `to`, which is made.
result<void> write_session_etc(const std::filesystem::path& host_etc, const std::filesystem::path& to);

/// The lines of a resolv.conf(5) that say how to ask, not who this host is: nameserver and options. Pure.
std::string resolver_lines(std::string_view resolv_conf);

} // namespace strata
