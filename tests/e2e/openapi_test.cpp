// SPDX-License-Identifier: MIT
// /openapi.json against real answers, by a validator of JSON Schema that others wrote.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>

namespace strata::test {

namespace {

class openapi : public server_test {};

TEST_F(openapi, every_answer_is_as_the_document_says) {
  EXPECT_EQ("ok\n",
            shell(fmt::format("/usr/bin/python3 {}/openapi_answers.py {} 2>&1", STRATA_E2E_SOURCES, server().port())).text);
}

} // namespace

} // namespace strata::test
