// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/http_client.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace strata::test {

using nlohmann::json;

/// A session's key as people choose it.
struct session_name {
  std::string owner = "alice";
  std::string session = "build";
  /// "/api/sessions/OWNER/SESSION", percent-encoded.
  std::string path() const { return "/api/sessions/" + percent_encoded(owner) + "/" + percent_encoded(session); }
};

/// The calls of the REST API that most scenarios make, over one connection. Not thread safe.
class rest_client : public http_client {
public:
  using http_client::http_client;

  http_answer get(std::string_view target) { return call("GET", target); }
  http_answer post(std::string_view target, const json& body) { return call("POST", target, body.dump()); }

  /// POST /api/sessions with members beside the ids.
  http_answer create(const session_name& name, json members = json::object());
  /// POST S/exec with members beside the command.
  http_answer exec(const session_name& name, std::string_view command, json members = json::object());
  void send_exec(const session_name& name, std::string_view command, json members = json::object());
  /// DELETE S, answered when the files are gone too.
  http_answer remove(const session_name& name);

  /// exec() that must be answered 200: its body; an empty object and a failed test otherwise.
  json run(const session_name& name, std::string_view command, json members = json::object());
  /// The `output` of run().
  std::string output(const session_name& name, std::string_view command, json members = json::object());
};

/// Whether an answer is an error of the API: status, code, and everything that RFC 9457 and the seed's clients look for.
testing::AssertionResult is_error(const http_answer& answer, int status, std::string_view code);
/// Whether an answer has this status.
testing::AssertionResult is_status(const http_answer& answer, int status);

} // namespace strata::test
