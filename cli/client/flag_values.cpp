// SPDX-License-Identifier: MIT
#include "cli/client/flag_values.hpp"

#include "config/duration.hpp"
#include "config/escaped.hpp"

#include <fmt/format.h>

namespace strata::client {

result<void> read_pairs(const invocation& given, const std::string& flag, google::protobuf::Map<std::string, std::string>& into) {
  if (!given.has(flag))
    return {};
  for (const auto& pair : given.flags.at(flag)) {
    const auto equals = pair.find('=');
    if (equals == pair.npos || equals == 0)
      return error{errc::invalid_argument, fmt::format("{}: {} is not NAME=VALUE", flag, in_quotes(pair))};
    into[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return {};
}

result<std::optional<google::protobuf::Duration>> read_time(const invocation& given, const std::string& flag) {
  if (!given.has(flag))
    return std::optional<google::protobuf::Duration>{};
  const auto text = given.value(flag);
  const auto read = parse_duration(text);
  if (!read)
    return error{errc::invalid_argument, fmt::format("{}: {} {}", flag, in_quotes(text), read.error().message)};
  if (read->count() < 0)
    return error{errc::invalid_argument, fmt::format("{}: {} is negative", flag, in_quotes(text))};
  google::protobuf::Duration duration;
  duration.set_seconds(read->count() / 1'000'000'000);
  duration.set_nanos(static_cast<std::int32_t>(read->count() % 1'000'000'000));
  return std::optional{duration};
}

} // namespace strata::client
