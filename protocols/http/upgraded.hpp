// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/strand.hpp"

#include <functional>
#include <memory>
#include <string>

namespace strata {

/// What a connection became after an Upgrade (RFC 9110 §7.8): it has the socket now. Everything on the connection's strand.
class upgraded {
public:
  virtual ~upgraded() = default;
  virtual void start() = 0;
  /// The server stops: says so and ends soon.
  virtual void stop() = 0;
  /// Ends now.
  virtual void abort() = 0;
};

/// Takes the socket with what was read beyond the request, and `over`, to be called once when the connection has ended.
using upgrade =
  std::function<std::shared_ptr<upgraded>(connection_socket socket, std::string beyond, std::function<void()> over)>;

} // namespace strata
