// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strata {

/// Writes a value into a file of a cgroup, in one write(2) as the kernel wants it.
result<void> write_group_file(const std::string& path, std::string_view value);

/// Makes the directory; one that is there is taken. Missing parents are an error.
result<void> make_group(const std::string& path);

/// The text of a small file, "" when it cannot be read.
std::string group_file(const std::string& path);

/// The number after `key` in lines of "key number", else nothing. Pure.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key);

} // namespace strata
