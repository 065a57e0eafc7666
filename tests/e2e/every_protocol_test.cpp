// SPDX-License-Identifier: MIT
// One scenario list through every protocol: tests/e2e/every_protocol. docs/every-protocol.md keeps what comes of it.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace strata::test {

namespace {

class every_protocol : public server_test {};

TEST_F(every_protocol, does_every_scenario_as_the_page_says) {
  setup.arguments = {"--max-sessions-per-owner", "4"}; // QUOTA in scenarios.py
  const auto matrix = shell(fmt::format("/usr/bin/python3 -B {0}/every_protocol/matrix.py {1} {0}/../../pkg/proto {2} 2>&1",
                                        STRATA_E2E_SOURCES, server().port(), server_binary()));
  std::puts(matrix.text.c_str());
  std::ostringstream page;
  page << std::ifstream{STRATA_E2E_SOURCES "/../../docs/every-protocol.md"}.rdbuf();
  EXPECT_THAT(page.str(), testing::HasSubstr(matrix.text));
  EXPECT_THAT(matrix.text, testing::Not(testing::HasSubstr("FAILED")));
}

} // namespace

} // namespace strata::test
