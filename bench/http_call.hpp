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
  /// `headers`: more of them, each with its line end.
  std::string call(std::string_view method, std::string_view target, std::string_view body = {}, std::string_view headers = {});
  /// Of the last answer; empty when it had none. `name` as the server spells it.
  [[nodiscard]] std::string header(std::string_view name) const;

  /// For answers that stream: sends the request only; then the socket is read by whoever asked.
  void send(std::string_view method, std::string_view target, std::string_view body, std::string_view headers);
  [[nodiscard]] int fd() const { return socket_.get(); }

private:
  unique_fd socket_;
  std::string buffer_;
  std::size_t head_ = 0;
};

} // namespace strata::bench
