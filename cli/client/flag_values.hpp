// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/map.h>
#include <optional>
#include <string>

namespace strata::client {

/// NAME=VALUE of a flag that may be repeated. An error names the flag. Pure.
result<void> read_pairs(const invocation& given, const std::string& flag, google::protobuf::Map<std::string, std::string>& into);

/// A duration such as "1m30s", not negative; nothing when the flag is not given. An error names the flag. Pure.
result<std::optional<google::protobuf::Duration>> read_time(const invocation& given, const std::string& flag);

} // namespace strata::client
