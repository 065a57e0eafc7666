// SPDX-License-Identifier: MIT
// gRPC by Debian's python3-grpcio against the real server.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

class grpc_client : public server_test {
protected:
  void SetUp() override {
    server_test::SetUp();
    // AddressSanitizer keeps freed memory for a while; that is not the server's own.
    setup.environment = {{"ASAN_OPTIONS", "quarantine_size_mb=4:detect_leaks=1"}};
  }
  /// What the client prints, its complaints included.
  std::string run(const std::string& scenario, const std::string& argument = "") {
    return shell(fmt::format("/usr/bin/python3 -B {}/grpc_client.py {} {}/pkg/proto {} '{}' 2>&1", STRATA_E2E_SOURCES,
                             server().port(), STRATA_E2E_SOURCES "/../..", scenario, argument))
      .text;
  }
};

} // namespace

TEST_F(grpc_client, seed_rows_20_to_25) { EXPECT_EQ(run("seed_rows"), "ok\n"); }

TEST_F(grpc_client, makes_names_and_closes_sessions) { EXPECT_EQ(run("sessions"), "ok\n"); }

TEST_F(grpc_client, runs_commands) { EXPECT_EQ(run("commands"), "ok\n"); }

TEST_F(grpc_client, stays_with_a_process) { EXPECT_EQ(run("processes"), "ok\n"); }

TEST_F(grpc_client, ends_its_command_when_it_leaves) { EXPECT_EQ(run("cancelled"), "ok\n"); }

TEST_F(grpc_client, hears_why_its_command_ended) { EXPECT_EQ(run("closed"), "ok\n"); }

TEST_F(grpc_client, shares_a_terminal) { EXPECT_EQ(run("terminal"), "ok\n"); }

TEST_F(grpc_client, streams_exact_bytes_in_bounded_memory) {
  // A gibibyte from the optimised server, a sixteenth of it from the sanitized one. One line, so that its sum is known.
  const std::int64_t bytes = std::getenv("STRATA_E2E_SERVER") != nullptr ? 1 << 30 : 64 << 20;
  ASSERT_TRUE(is_status(client().create(session), 200));
  client().run(session, "true");
  const auto before = server().resident_kib();
  const auto pipeline = fmt::format("seq 1 200000000 | tr 0-4 \"\\200-\\204\" | head -c {}", bytes);
  const auto expected = shell(pipeline + " | sha256sum").text.substr(0, 64);
  EXPECT_EQ(run("bulk", pipeline), fmt::format("{} {}\nok\n", bytes, expected));
  EXPECT_LT(server().resident_kib() - before, 64 * 1024);
}

} // namespace strata::test
