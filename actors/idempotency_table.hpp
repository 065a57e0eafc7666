// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"
#include "actors/operations.hpp"
#include "actors/uploaded.hpp"
#include "config/error.hpp"

#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace strata {

/// Remembers the answers of calls that came with an idempotency key, per caller, for a while; of uploads, what became of them. Bounded in number and
/// bytes: the oldest answers go first; calls in flight are never forgotten. Not thread safe.
class idempotency_table {
public:
  template <class Response> using kept = std::shared_ptr<const result<remembered<Response>>>;
  using answer = std::variant<kept<session_info>, kept<exec_response>, kept<process_info>, kept<accepted_input>,
                              kept<file_result>, kept<removed_file>, kept<edited_file>, kept<file_upload>, kept<archive_upload>>;

  struct limits {
    std::chrono::milliseconds kept;
    std::size_t entries;
    std::size_t bytes;
  };
  explicit idempotency_table(limits bounds) : limits_{bounds} {}

  /// A call with that key arrives. Nothing: it is the first, go on (and remember() or forget() its answer). Else the
  /// stored answer, or `request_in_flight`, `idempotency_mismatch`, or `overloaded` when too many are in flight.
  result<std::optional<answer>> begin(const std::string& caller, const std::string& key, const std::string& digest,
                                      steady_time now);

  /// The call was answered. Answers that invite a retry (see invites_retry) are forgotten instead, and so is that of a
  /// command that was ended before it began: who asks again wants it to run.
  void remember(const std::string& caller, const std::string& key, answer given, steady_time now);

  std::size_t size() const noexcept { return entries_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

  /// Nothing was begun and the same call may go through later: overloaded, draining, request_in_flight, quota_exceeded,
  /// rate_limited, shell_busy, shell_lost, or whatever says so by the fact `retryable`.
  static bool invites_retry(const error& failure) noexcept;

private:
  using name = std::pair<std::string, std::string>;
  struct entry {
    std::string digest;
    std::optional<answer> given;
    std::size_t weight = 0;
    steady_time until{};
    std::list<name>::iterator age{}; ///< valid once answered
  };
  void erase(std::map<name, entry>::iterator found);
  void expire(steady_time now);

  limits limits_;
  std::map<name, entry> entries_;
  std::list<name> answered_; ///< oldest first
  std::size_t bytes_ = 0;
};

} // namespace strata
