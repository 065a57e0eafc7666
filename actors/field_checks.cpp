// SPDX-License-Identifier: MIT
#include "actors/field_checks.hpp"

#include "actors/request_checks.hpp"
#include "actors/session_ids.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace strata {

namespace {

constexpr std::size_t max_arguments = 4096;
constexpr std::size_t max_argv_bytes = 1 << 20;
constexpr std::size_t max_variable_bytes = max_argument_bytes - 1; ///< without "=", too

bool is_env_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0])
         && std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

} // namespace

error invalid(std::string message) { return error{errc::invalid_argument, std::move(message)}; }

error unsupported(std::string_view field) {
  return error{errc::unsupported, fmt::format("{} is not supported by this version", field), {{"field", std::string{field}}}};
}

result<void> check_text(std::string_view field, std::string_view text, std::size_t longest) {
  if (text.find('\0') != text.npos)
    return invalid(fmt::format("{} has a NUL byte", field));
  if (text.size() > longest)
    return invalid(fmt::format("{} is longer than {} bytes", field, longest));
  return {};
}

result<void> check_cwd(std::string_view cwd) { return check_text("cwd", cwd, 4095); }
result<void> check_user(std::string_view user) { return check_text("user", user, 128); }

result<void> check_process(std::string_view ref) {
  if (ref.empty())
    return invalid("process is required");
  return check_text("process", ref, 132);
}

result<void> check_size(std::int64_t cols, std::int64_t rows) {
  if (cols < 1 || cols > 1000 || rows < 1 || rows > 1000)
    return invalid("cols and rows are not between 1 and 1000");
  return {};
}

result<void> check_duration(std::string_view field, const std::optional<std::int64_t>& value) {
  if (value && *value < 0)
    return invalid(fmt::format("{} is negative", field));
  if (value && *value > max_duration_ms)
    return invalid(fmt::format("{} is more than {} (ten years)", field, max_duration_ms));
  return {};
}

result<void> check_between(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most)
    return invalid(fmt::format("{} is not between {} and {}", field, least, most));
  return {};
}

result<void> check_one_of(std::string_view field, std::string_view value, std::string_view first, std::string_view second) {
  if (value == first || value == second)
    return {};
  return invalid(fmt::format("{} is neither {} nor {}", field, first, second));
}

result<void> check_one_of(std::string_view field, std::string_view value, std::initializer_list<std::string_view> allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end())
    return {};
  return invalid(fmt::format("{} is none of {}", field, fmt::join(allowed, ", ")));
}

result<void> check_program(const std::string& command, const std::vector<std::string>& argv) {
  if (argv.empty())
    return command.empty() ? result<void>{invalid("command is required")} : result<void>{};
  if (!command.empty())
    return invalid("command and argv are both given");
  if (argv.size() > max_arguments)
    return error{errc::too_large, fmt::format("argv has more than {} arguments", max_arguments)};
  if (argv[0].empty())
    return invalid("argv begins with an empty name");
  std::size_t bytes = 0;
  for (const auto& argument : argv) {
    STRATA_CHECK(check_text("argv", argument, max_argument_bytes));
    bytes += argument.size();
  }
  return bytes > max_argv_bytes ? result<void>{error{errc::too_large, "argv is larger than 1 MiB"}} : result<void>{};
}

result<void> check_shell_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (name.empty() || name.size() > 64 || name.find_first_not_of(allowed) != name.npos || name == "." || name == "..")
    return invalid("shell is not a name of 1-64 characters of [A-Za-z0-9._-]");
  return {};
}

result<void> check_metadata(const string_map& metadata) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : metadata) {
    STRATA_CHECK(check_id("a name in metadata", name));
    bytes += name.size() + value.size();
  }
  if (metadata.size() > 64 || bytes > (16 << 10))
    return invalid("metadata has more than 64 entries or 16 KiB");
  return {};
}

result<void> check_env(const string_map& env) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : env) {
    if (!is_env_name(name))
      return invalid("a name in env is not [A-Za-z_][A-Za-z0-9_]*");
    if (value.find('\0') != value.npos)
      return invalid(fmt::format("env {} has a NUL byte", name));
    if (name.size() + value.size() > max_variable_bytes)
      return invalid(fmt::format("env {} is longer than {} bytes", name.substr(0, 128), max_variable_bytes));
    bytes += name.size() + value.size();
  }
  if (bytes > (256 << 10))
    return invalid("env is larger than 256 KiB");
  return {};
}

result<void> check(const session_ref& session) {
  const bool no_key = session.key.owner_id.empty() && session.key.session_id.empty();
  if (no_key && !session.expect_uid.empty())
    return {};
  return check_key(session.key);
}

std::optional<int> signal_number(std::string_view name) noexcept {
  if (name.starts_with("SIG"))
    name.remove_prefix(3);
  for (int number = 1; number < SIGRTMIN; ++number)
    if (const char* known = ::sigabbrev_np(number); known && name == known)
      return number;
  return std::nullopt;
}

} // namespace strata
