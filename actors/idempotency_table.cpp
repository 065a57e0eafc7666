// SPDX-License-Identifier: MIT
#include "actors/idempotency_table.hpp"

#include <algorithm>
#include <array>

namespace strata {

namespace {

std::size_t weigh(const string_map& map) {
  std::size_t sum = 0;
  for (const auto& [key, value] : map)
    sum += key.size() + value.size() + 64;
  return sum;
}

std::size_t weigh(const session_info& info) {
  return sizeof info + weigh(info.metadata) + weigh(info.isolation) + weigh(info.counts);
}

std::size_t weigh(const exec_response& response) {
  return sizeof response + response.stdout_output.data.size() + response.stderr_output.data.size() + response.output.data.size();
}

std::size_t weigh(const process_info& info) {
  auto sum = sizeof info + info.command.size();
  for (const auto& argument : info.argv)
    sum += sizeof argument + argument.size();
  return sum;
}

std::size_t weigh(const accepted_input& accepted) { return sizeof accepted; }

std::size_t weigh(const file_result& changed) { return sizeof changed + changed.info.path.size() + changed.info.target.size(); }
std::size_t weigh(const removed_file& removed) { return sizeof removed; }
std::size_t weigh(const edited_file& edited) {
  auto sum = sizeof edited + edited.info.path.size();
  for (const auto& hunk : edited.hunks)
    sum += sizeof hunk + hunk.removed.size() + hunk.added.size();
  return sum;
}

std::size_t weigh(const file_info& info) { return info.path.size() + info.target.size(); }
std::size_t weigh(const unpacked_archive&) { return 0; }
template <class Made> std::size_t weigh(const uploaded<Made>& known) {
  return sizeof known + known.digest.size() + known.session_uid.size() + weigh(known.made);
}

template <class T> std::size_t weigh(const std::shared_ptr<const result<T>>& given) {
  return *given ? weigh(**given) : sizeof(error) + given->error().message.size();
}

template <class Response> bool ended_unbegun(const Response&) { return false; }
bool ended_unbegun(const exec_response& response) { return !response.begun; }

template <class T> bool fleeting(const std::shared_ptr<const result<T>>& given) {
  return *given ? ended_unbegun(**given) : idempotency_table::invites_retry(given->error());
}

} // namespace

bool idempotency_table::invites_retry(const error& failure) noexcept {
  constexpr std::array codes{errc::overloaded,   errc::draining,   errc::request_in_flight, errc::quota_exceeded,
                             errc::rate_limited, errc::shell_busy, errc::shell_lost};
  const auto says_so = [](const auto& fact) { return fact.first == "retryable" && fact.second == "true"; };
  return std::find(codes.begin(), codes.end(), failure.code) != codes.end()
         || std::any_of(failure.facts.begin(), failure.facts.end(), says_so);
}

result<std::optional<idempotency_table::answer>> idempotency_table::begin(const std::string& caller, const std::string& key,
                                                                          const std::string& digest, steady_time now) {
  expire(now);
  auto found = entries_.find({caller, key});
  if (found != entries_.end()) {
    if (found->second.digest != digest)
      return error{errc::idempotency_mismatch, "use idempotency key again: the request differs from the first one"};
    if (!found->second.given)
      return error{
        errc::request_in_flight, "use idempotency key again: the first request is not answered yet", {{"retry_after", "1"}}};
    return std::optional{*found->second.given};
  }
  if (entries_.size() >= limits_.entries) {
    if (answered_.empty())
      return error{errc::overloaded, "too many requests with idempotency keys in flight", {{"retry_after", "1"}}};
    erase(entries_.find(answered_.front()));
  }
  entries_[{caller, key}].digest = digest;
  return std::optional<answer>{};
}

void idempotency_table::remember(const std::string& caller, const std::string& key, answer given, steady_time now) {
  auto found = entries_.find({caller, key});
  if (found == entries_.end() || found->second.given)
    return;
  const auto weight = std::visit([](const auto& it) { return weigh(it); }, given) + caller.size() + 2 * key.size();
  if (std::visit([](const auto& it) { return fleeting(it); }, given) || weight > limits_.bytes)
    return erase(found);
  auto& stored = found->second;
  stored.given = std::move(given);
  stored.weight = weight;
  stored.until = now + limits_.kept;
  stored.age = answered_.insert(answered_.end(), found->first);
  bytes_ += weight;
  while (bytes_ > limits_.bytes)
    erase(entries_.find(answered_.front()));
}

void idempotency_table::erase(std::map<name, entry>::iterator found) {
  if (found->second.given) {
    bytes_ -= found->second.weight;
    answered_.erase(found->second.age);
  }
  entries_.erase(found);
}

void idempotency_table::expire(steady_time now) {
  while (!answered_.empty()) {
    auto oldest = entries_.find(answered_.front());
    if (oldest->second.until > now)
      return;
    erase(oldest);
  }
}

} // namespace strata
