// SPDX-License-Identifier: MIT
// `strata mcp`, the bridge from standard input and output to a server.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>

namespace strata::test {

namespace {

class mcp_stdio : public server_test {
protected:
  std::string run(const std::string& scenario) {
    return shell(fmt::format("/usr/bin/python3 {}/mcp_stdio.py {} {} 2>&1", STRATA_E2E_SOURCES, scenario, server_binary()),
                 {{"STRATA_API", fmt::format("http://127.0.0.1:{}", server().port())}})
      .text;
  }
};

} // namespace

TEST_F(mcp_stdio, serves_the_older_era) { EXPECT_EQ("ok\n", run("older_era")); }

TEST_F(mcp_stdio, serves_the_stateless_era) { EXPECT_EQ("ok\n", run("stateless_era")); }

TEST_F(mcp_stdio, cancels_in_the_older_era) { EXPECT_EQ("ok\n", run("cancels_older")); }

TEST_F(mcp_stdio, cancels_in_the_stateless_era) { EXPECT_EQ("ok\n", run("cancels_stateless")); }

TEST_F(mcp_stdio, keeps_a_fixed_owner_whatever_is_asked_for) { EXPECT_EQ("ok\n", run("fixed_owner")); }

TEST_F(mcp_stdio, answers_with_an_error_when_there_is_no_server) { EXPECT_EQ("ok\n", run("no_server")); }

TEST_F(mcp_stdio, opens_its_session_again_when_the_server_has_forgotten_it) { EXPECT_EQ("ok\n", run("server_started_anew")); }

} // namespace strata::test
