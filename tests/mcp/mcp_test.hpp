// SPDX-License-Identifier: MIT
#pragma once

#include "tests/http/live_server.hpp"

#include <gmock/gmock.h>

namespace strata::test {

/// The endpoint over a fake gateway, spoken to byte by byte.
class mcp_test : public live_server {
protected:
  using json = nlohmann::json;
  static constexpr auto type = "Content-Type: application/json\r\n";

  raw_response post(const json& message, const std::string& headers = {}, const std::string& target = "/mcp/") {
    return ask("POST", target, message.dump(), type + headers);
  }
  /// Of the era up to 2025-11-25: within a protocol session.
  std::string session_header() {
    if (session_.empty()) {
      auto answer = post(request("initialize", {{"protocolVersion", "2025-11-25"}}));
      session_ = "Mcp-Session-Id: " + answer.headers["mcp-session-id"] + "\r\n";
    }
    return session_;
  }
  json call_older(const std::string& tool, json arguments, const std::string& headers = {}) {
    const auto answer =
      post(request("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}}), session_header() + headers);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return body_of(answer)["result"];
  }
  static json request(const std::string& method, json params, json id = 1) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
  }
  /// Of the stateless era.
  static json modern(const std::string& method, json params = json::object()) {
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json::object();
    return request(method, std::move(params));
  }
  static std::string modern_headers(const std::string& method, const std::string& name = {}) {
    return "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " + method + "\r\n"
           + (name.empty() ? "" : "Mcp-Name: " + name + "\r\n");
  }
  static exec_response printed(std::string text, int exit_code = 0) {
    exec_response ran;
    ran.id = "p1-abcd";
    ran.reason = "exited";
    ran.exit_code = exit_code;
    ran.elapsed_ms = 320;
    ran.output = {text, static_cast<std::int64_t>(text.size()), -1};
    ran.next = ran.output.bytes;
    return ran;
  }
  static json on(const char* command) { return {{"owner_id", "a"}, {"session_id", "b"}, {"command", command}}; }

private:
  std::string session_;
};

} // namespace strata::test
