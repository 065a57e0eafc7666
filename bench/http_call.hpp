// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::bench {

/// A keep-alive connection to 127.0.0.1. Not thread safe. Throws std::runtime_error.
class http_connection {
public:
  explicit http_connection(std::uint16_t port);
  /// Sends a request, reads the whole answer (Content-Length only) and returns its body. A status of 400 or more throws.
  std::string call(std::string_view method, std::string_view target, std::string_view body = {});

private:
  unique_fd socket_;
  std::string buffer_;
};

} // namespace strata::bench
