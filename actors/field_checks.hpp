// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"
#include "config/error.hpp"

#include <optional>
#include <string_view>

namespace strata {

/// What single fields must hold; errors name the field. request_checks.hpp has the operations.

/// Ten years: beyond any use, and far from the end of the clock's range.
inline constexpr std::int64_t max_duration_ms = 10LL * 366 * 24 * 60 * 60 * 1000;
/// What execve(2) takes of one string (MAX_ARG_STRLEN), without the NUL.
inline constexpr std::size_t max_argument_bytes = (128 << 10) - 1;

error invalid(std::string message);
error unsupported(std::string_view field);

result<void> check_text(std::string_view field, std::string_view text, std::size_t longest);
/// PATH_MAX of Linux with its NUL, and useradd(8)'s 32 with room for uid:gid.
result<void> check_cwd(std::string_view cwd);
result<void> check_user(std::string_view user);
/// An id, "pid:N", "tag:T" or "name:N".
result<void> check_process(std::string_view ref);
result<void> check_size(std::int64_t cols, std::int64_t rows);
result<void> check_duration(std::string_view field, const std::optional<std::int64_t>& value);
result<void> check_between(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most);
result<void> check_one_of(std::string_view field, std::string_view value, std::string_view first, std::string_view second);
result<void> check_one_of(std::string_view field, std::string_view value, std::initializer_list<std::string_view> allowed);
/// Exactly one of a shell text and a program with its arguments, neither too large.
result<void> check_program(const std::string& command, const std::vector<std::string>& argv);

} // namespace strata
