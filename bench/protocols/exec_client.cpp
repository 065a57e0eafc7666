// SPDX-License-Identifier: MIT
#include "bench/protocols/exec_client.hpp"

#include "bench/http_call.hpp"
#include "bench/loopback.hpp"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <sandbox/sandbox.grpc.pb.h>
#include <strata/v1/shell.grpc.pb.h>

namespace strata::bench {

namespace {

constexpr auto command = "echo x";

class rest_client : public exec_client {
public:
  rest_client(std::uint16_t port, const std::string& session)
    : http_{port}, target_{fmt::format("/api/sessions/bench/{}/exec", session)} {}
  void exec() override {
    const auto answer = http_.call("POST", target_, fmt::format(R"({{"command":"{}"}})", command));
    expect(answer.find(R"("output":"x")") != std::string::npos, answer);
  }

private:
  http_connection http_;
  std::string target_;
};

/// A channel of its own for each: else gRPC shares one connection.
std::shared_ptr<grpc::Channel> channel_to(std::uint16_t port) {
  grpc::ChannelArguments alone;
  alone.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", port), grpc::InsecureChannelCredentials(), alone);
}

class grpc_seed_client : public exec_client {
public:
  grpc_seed_client(std::uint16_t port, const std::string& session) : stub_{channel_to(port)} {
    request_.set_ownerid("bench");
    request_.set_sessionid(session);
    request_.set_command(command);
  }
  void exec() override {
    grpc::ClientContext context;
    sandbox::ExecResponse answer;
    const auto status = stub_.Exec(&context, request_, &answer);
    expect(status.ok() && answer.output() == "x", status.error_message() + answer.error());
  }

private:
  sandbox::SandboxService::Stub stub_;
  sandbox::ExecRequest request_;
};

class grpc_v1_client : public exec_client {
public:
  grpc_v1_client(std::uint16_t port, const std::string& session) : stub_{channel_to(port)} {
    request_.mutable_session()->set_owner_id("bench");
    request_.mutable_session()->set_session_id(session);
    request_.set_command(command);
  }
  void exec() override {
    grpc::ClientContext context;
    v1::ExecResponse answer;
    const auto status = stub_.Exec(&context, request_, &answer);
    expect(status.ok() && answer.stdout().data() == "x\n", status.error_message());
  }

private:
  v1::ShellService::Stub stub_;
  v1::ExecRequest request_;
};

class mcp_client : public exec_client {
public:
  mcp_client(std::uint16_t port, const std::string& session) : http_{port}, session_{session} {}

protected:
  void run(std::string_view meta) {
    const auto answer =
      post(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"exec",{}"arguments":{{)"
                       R"("owner_id":"bench","session_id":"{}","command":"{}"}}}}}})",
                       meta, session_, command));
    expect(answer.find(R"("text":"x")") != std::string::npos, answer);
  }
  std::string post(const std::string& body) { return http_.call("POST", "/mcp", body, headers_); }

  http_connection http_;
  std::string session_;
  std::string headers_ = "Content-Type: application/json\r\nAccept: application/json\r\n";
};

class mcp_2025_client : public mcp_client {
public:
  mcp_2025_client(std::uint16_t port, const std::string& session) : mcp_client{port, session} {
    post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
         R"("clientInfo":{"name":"bench","version":"1"}}})");
    headers_ += fmt::format("Mcp-Session-Id: {}\r\nMCP-Protocol-Version: 2025-11-25\r\n", http_.header("Mcp-Session-Id"));
  }
  void exec() override { run(""); }
};

class mcp_2026_client : public mcp_client {
public:
  mcp_2026_client(std::uint16_t port, const std::string& session) : mcp_client{port, session} {
    headers_ += "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: exec\r\n";
  }
  void exec() override {
    run(R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}},)");
  }
};

template <class Client> std::unique_ptr<exec_client> connect(std::uint16_t port, const std::string& session) {
  return std::make_unique<Client>(port, session);
}

} // namespace

const std::vector<exec_protocol>& exec_protocols() {
  static const std::vector<exec_protocol> all{{"REST", connect<rest_client>},
                                              {"gRPC sandbox", connect<grpc_seed_client>},
                                              {"gRPC strata.v1", connect<grpc_v1_client>},
                                              {"MCP 2025-11-25", connect<mcp_2025_client>},
                                              {"MCP 2026-07-28", connect<mcp_2026_client>}};
  return all;
}

} // namespace strata::bench
