// SPDX-License-Identifier: MIT
// Exec as server-sent events, read by curl.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

class event_stream : public server_test {
protected:
  void SetUp() override {
    server_test::SetUp();
    // AddressSanitizer keeps freed memory for a while; that is not the server's own.
    setup.environment = {{"ASAN_OPTIONS", "quarantine_size_mb=4:detect_leaks=1"}};
  }
  /// curl on an exec with that body; `then`: what is done with its output.
  std::string curl(const json& body, const std::string& then = "", int patience_s = 300) {
    return shell(fmt::format("curl -sN --max-time {} -H 'Accept: text/event-stream' --data-binary @- "
                             "http://127.0.0.1:{}{}/exec <<'END' {}\n{}\nEND\n",
                             patience_s, server().port(), session.path(), then, body.dump()))
      .text;
  }
};

TEST_F(event_stream, tells_output_while_the_command_runs) {
  // The command waits for what only happens after its first line was seen.
  const auto text =
    curl({{"command", "echo first; while [ ! -e /tmp/seen ]; do sleep 0.01; done; echo second >&2; exit 3"}},
         fmt::format("| while read -r line; do echo \"$line\"; case $line in *first*) "
                     "curl -s http://127.0.0.1:{}{}/exec -d '{{\"command\":\"touch /tmp/seen\",\"shell\":\"fresh\"}}' "
                     ">/dev/null;; esac; done",
                     server().port(), session.path()));
  EXPECT_THAT(text, testing::HasSubstr("event: started"));
  EXPECT_THAT(text, testing::HasSubstr("\"stream\":\"stderr\""));
  EXPECT_THAT(text, testing::HasSubstr("\"exit_code\":3"));
  EXPECT_EQ(text.find("event: end"), text.rfind("event: "));
}

TEST_F(event_stream, is_byte_exact_in_bounded_memory) {
  // A gibibyte through the optimised server, a sixteenth of it through the sanitized one.
  const std::int64_t bytes = std::getenv("STRATA_E2E_SERVER") != nullptr ? 1 << 30 : 64 << 20;
  const auto pipeline = fmt::format("seq 1 200000000 | tr 0-4 '\\200-\\204' | head -c {}", bytes);
  const auto sum = shell(pipeline + " | sha256sum").text.substr(0, 64);
  ASSERT_TRUE(is_status(client().create(session), 200));
  client().run(session, "true");
  const auto before = server().resident_kib();
  EXPECT_EQ(curl({{"command", pipeline}, {"timeout_ms", 280'000}}, "| python3 " STRATA_E2E_SOURCES "/read_events.py"),
            fmt::format("{} {} 0\n", bytes, sum));
  EXPECT_LT(server().resident_kib() - before, 48 * 1024);
}

TEST_F(event_stream, a_client_that_leaves_ends_the_command) {
  EXPECT_THAT(curl({{"command", "echo begun; sleep 7801"}, {"timeout_ms", 600'000}}, "", 1), testing::HasSubstr("begun"));
  EXPECT_TRUE(eventually([] { return !find_descendant("sleep 7801"); }));
  EXPECT_EQ(client().output(session, "echo alive", {{"shell", "fresh"}}), "alive");
}

TEST_F(event_stream, a_command_that_cannot_start_is_an_error_of_the_call) {
  EXPECT_THAT(curl({{"command", "true"}, {"cwd", "/nowhere"}}), testing::HasSubstr("\"code\":\"cwd_not_found\""));
}

} // namespace

} // namespace strata::test
