// SPDX-License-Identifier: MIT
#include "protocols/grpc/status.hpp"

#include "protocols/error_table.hpp"
#include "protocols/json/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

namespace strata {

namespace {

/// The message travels in a header, whose sum clients bound (8 KiB by default).
constexpr std::size_t longest_message = 2 << 10, longest_fact = 256;

std::string bounded(std::string_view text, std::size_t most) {
  auto clean = replace_bad_utf8(text);
  if (clean.size() > most) {
    clean.resize(most);
    clean.resize(clean.size() - cut_at_end(clean));
  }
  return clean;
}

std::int64_t retry_seconds(const error& failure) {
  const auto fact =
    std::find_if(failure.facts.begin(), failure.facts.end(), [](const auto& each) { return each.first == "retry_after"; });
  std::int64_t seconds = 1;
  if (fact != failure.facts.end())
    std::from_chars(fact->second.data(), fact->second.data() + fact->second.size(), seconds);
  return seconds;
}

} // namespace

grpc::Status to_status(const error& failure) {
  const auto& row = row_of(failure.code);
  auto message = bounded(failure.message, longest_message);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string{to_string(failure.code)});
  info.set_domain("strata");
  for (const auto& [name, value] : failure.facts)
    (*info.mutable_metadata())[name] = bounded(value, longest_fact);
  google::rpc::Status whole;
  whole.set_code(static_cast<int>(row.grpc));
  whole.set_message(message);
  whole.add_details()->PackFrom(info);
  if (wants_retry_after(failure.code)) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(retry_seconds(failure));
    whole.add_details()->PackFrom(retry);
  }
  return {static_cast<grpc::StatusCode>(row.grpc), message, whole.SerializeAsString()};
}

} // namespace strata
