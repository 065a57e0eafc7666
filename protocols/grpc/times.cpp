// SPDX-License-Identifier: MIT
#include "protocols/grpc/times.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t longest = 315'576'000'000, first_second = -62'135'596'800, last_second = 253'402'300'799;
constexpr std::int32_t nanos_per_second = 1'000'000'000, nanos_per_ms = 1'000'000;

error out_of_range(std::string_view field, std::string_view what) {
  return {errc::invalid_argument, fmt::format("{} is no {}", field, what), {{"field", std::string{field}}}};
}

} // namespace

result<std::int64_t> milliseconds_of(const google::protobuf::Duration& duration, std::string_view field) {
  const auto seconds = duration.seconds();
  const auto nanos = duration.nanos();
  if (seconds < -longest || seconds > longest || nanos <= -nanos_per_second || nanos >= nanos_per_second
      || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0))
    return out_of_range(field, "valid duration");
  return seconds * 1000 + nanos / nanos_per_ms + (nanos % nanos_per_ms > 0 ? 1 : 0);
}

result<std::chrono::system_clock::time_point> time_of(const google::protobuf::Timestamp& time, std::string_view field) {
  if (time.seconds() < first_second || time.seconds() > last_second || time.nanos() < 0 || time.nanos() >= nanos_per_second)
    return out_of_range(field, "valid time");
  // The clock counts nanoseconds in 64 bits, which ends in 2262; later is as good as then.
  constexpr std::int64_t last_counted = 9'000'000'000;
  const auto seconds = std::clamp(time.seconds(), -last_counted, last_counted);
  return std::chrono::system_clock::time_point{std::chrono::seconds{seconds}} + std::chrono::nanoseconds{time.nanos()};
}

void set_duration(std::int64_t milliseconds, google::protobuf::Duration& into) {
  into.set_seconds(milliseconds / 1000);
  into.set_nanos(static_cast<std::int32_t>(milliseconds % 1000) * nanos_per_ms);
}

void set_time(std::chrono::system_clock::time_point time, google::protobuf::Timestamp& into) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  auto seconds = since / nanos_per_second;
  auto nanos = since % nanos_per_second;
  if (nanos < 0) {
    nanos += nanos_per_second;
    --seconds;
  }
  into.set_seconds(seconds);
  into.set_nanos(static_cast<std::int32_t>(nanos));
}

} // namespace strata
