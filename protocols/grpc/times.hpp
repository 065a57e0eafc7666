// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <chrono>
#include <cstdint>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <string_view>

namespace strata {

/// Whole milliseconds, a part of one counting as one. `invalid_argument`, naming `field`, for what duration.proto does not
/// allow: more than ±315,576,000,000 s, or signs that differ.
result<std::int64_t> milliseconds_of(const google::protobuf::Duration& duration, std::string_view field);
/// `invalid_argument` outside the years 1 to 9999.
result<std::chrono::system_clock::time_point> time_of(const google::protobuf::Timestamp& time, std::string_view field);

void set_duration(std::int64_t milliseconds, google::protobuf::Duration& into);
void set_time(std::chrono::system_clock::time_point time, google::protobuf::Timestamp& into);

} // namespace strata
