// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/exchange.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace strata {

/// From a request to the operation that it asks for. Knows no socket. Thread safe.
class http_service {
public:
  /// `facts` must outlive it.
  explicit http_service(const server_facts& facts);

  /// Judges a request by its header alone: host, origin, route, parameters. What is refused has its `refusal`, so that
  /// the body need not be read.
  [[nodiscard]] std::shared_ptr<exchange> open(http_request head, connection_strand where, exchange::receiver done) const;

  /// Serves a request whose body is in place, or gives its refusal. The answer may come at once or later.
  void serve(exchange& asked) const;

private:
  void judge(exchange& asked) const;
  void answer_preflight(exchange& asked, const route_match& match) const;

  const server_facts& facts_;
  std::deque<std::string> uid_patterns_; ///< the router looks at them
  std::vector<std::size_t> uid_routes_;  ///< which routes they belong to; in the router behind all others
  router router_;
};

} // namespace strata
