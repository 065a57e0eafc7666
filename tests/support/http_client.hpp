// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::test {

struct http_answer {
  int status = 0;
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;

  /// The body as JSON. Throws when it is none.
  nlohmann::json json() const;
};

using http_headers = std::vector<std::pair<std::string, std::string>>;

/// One keep-alive connection to 127.0.0.1, by sockets alone, so that it can also send what no HTTP library would. Not
/// thread safe. Throws std::runtime_error when the peer hangs up, answers nonsense or takes longer than `patience`.
class http_client {
public:
  explicit http_client(std::uint16_t port, std::chrono::milliseconds patience = std::chrono::minutes{2});

  http_answer call(std::string_view method, std::string_view target, std::string_view body = {},
                   const http_headers& headers = {});

  /// The halves of call(): a request without waiting, and the next answer. `to_head`: no body follows.
  void send(std::string_view method, std::string_view target, std::string_view body = {}, const http_headers& headers = {});
  http_answer receive(bool to_head = false);

  void send_raw(std::string_view bytes);
  /// Reads on until the peer closes: true; false when it answers something instead, or patience ends.
  bool is_closed_by_peer();
  /// No more will be sent; what comes can still be read.
  void end_of_input();

private:
  void read_more();

  unique_fd socket_;
  std::chrono::milliseconds patience_;
  std::string buffer_;
};

/// A path segment or query value, percent-encoded.
std::string percent_encoded(std::string_view text);

} // namespace strata::test
