// SPDX-License-Identifier: MIT
#include "config/value_checks.hpp"

#include "config/measure_names.hpp"
#include "config/scalars.hpp"
#include "config/socket_address.hpp"

#include <algorithm>

namespace strata {

namespace {

constexpr std::uint64_t last_id = 4'294'967'294; // 2^32 - 1 means "no id" to the kernel

error bad(std::string_view why) { return {errc::invalid_argument, std::string{why}}; }

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

} // namespace

result<void> check_path_or_nothing(std::string_view value) {
  if (value.find('\0') != std::string_view::npos)
    return bad("is no path");
  return {};
}

result<void> check_absolute_path(std::string_view value) {
  if (!value.starts_with('/'))
    return bad("is no absolute path");
  return check_path_or_nothing(value);
}

result<void> check_absolute_path_or_nothing(std::string_view value) {
  if (value.empty())
    return {};
  return check_absolute_path(value);
}

result<void> check_id_pool(std::string_view value) {
  if (value == "auto")
    return {};
  const auto dash = value.find('-');
  if (dash == std::string_view::npos)
    return bad("is no range");
  const auto first = parse_count(value.substr(0, dash));
  const auto last = parse_count(value.substr(dash + 1));
  if (!first || !last || *last > last_id)
    return bad("is no range of ids");
  if (*first > *last || *last - *first < 65'535)
    return bad("holds fewer than 65536 ids");
  return {};
}

result<void> check_measure(std::string_view value) {
  if (std::find(measure_names.begin(), measure_names.end(), value) == measure_names.end())
    return bad("names an unknown measure");
  return {};
}

result<void> check_host_name(std::string_view value) {
  if (value == "*")
    return {};
  if (value.starts_with('[') && value.ends_with(']') && value.size() > 2)
    value = value.substr(1, value.size() - 2);
  else if (!std::all_of(value.begin(), value.end(), is_name_byte))
    return bad("holds what is no host name");
  if (value.size() > 253 || !std::all_of(value.begin(), value.end(), [](char c) { return is_name_byte(c) || c == ':'; }))
    return bad("holds what is no host name");
  return {};
}

result<void> check_origin(std::string_view value) {
  if (value == "*")
    return {};
  auto host = value;
  if (host.starts_with("http://"))
    host.remove_prefix(7);
  else if (host.starts_with("https://"))
    host.remove_prefix(8);
  else
    return bad("holds what is no origin");
  const auto port_at = host.rfind(':');
  const bool has_port = port_at != std::string_view::npos && !host.ends_with(']');
  if (has_port && !parse_socket_address(host))
    return bad("holds what is no origin");
  if (has_port)
    host = host.substr(0, port_at);
  if (host.empty() || host == "*" || !check_host_name(host))
    return bad("holds what is no origin");
  return {};
}

} // namespace strata
