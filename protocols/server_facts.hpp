// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "protocols/problem_log.hpp"
#include "protocols/server_options.hpp"

#include <atomic>

namespace strata {

class mcp_sessions;

/// What every protocol knows of the server. Outlives every call that is open.
struct server_facts {
  gateway& door; ///< calls go through call()
  const server_options& options;
  const std::atomic<bool>& draining;
  problem_log& problems;
  mcp_sessions& mcp;

  /// gateway::call(). The operator is told when its answer is `internal`, whatever protocol asked.
  template <class Operation>
  std::uint64_t call(Operation operation, const call_context& context, gateway::reply_to<Operation> done) const {
    return door.call(std::move(operation), context, [this, context = about{context}, done = std::move(done)](auto reply) {
      if (!reply && reply.error().code == errc::internal)
        tell(context, Operation::name, reply.error());
      done(std::move(reply));
    });
  }

  /// That a request was answered `internal`.
  void tell(const call_context& context, std::string_view operation, const error& failure) const {
    tell(about{context}, operation, failure);
  }

private:
  struct about {
    explicit about(const call_context& context) : request_id{context.request_id}, protocol{context.protocol} {}
    std::string request_id, protocol;
  };
  void tell(const about& context, std::string_view operation, const error& failure) const {
    problems.report(
      "answer",
      {{"operation", operation}, {"protocol", context.protocol}, {"request_id", context.request_id}, {"error", failure.message}});
  }
};

} // namespace strata
