// SPDX-License-Identifier: MIT
#include "cli/operator/last_resort.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace strata {
namespace {

using namespace std::chrono_literals;

class last_resort_test : public testing::Test {
protected:
  last_resort_test() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(last_resort_test, ends_a_process_that_hangs) {
  EXPECT_EXIT(
    {
      last_resort rope;
      rope.end_process_in(1h);
      rope.end_process_in(1ms); // the shorter counts
      rope.end_process_in(1h);
      ::pause();
    },
    testing::ExitedWithCode(1), "strata: stop the server: something hangs");
}

TEST_F(last_resort_test, lets_a_process_go_that_ends_by_itself) {
  EXPECT_EXIT(
    {
      {
        last_resort rope;
        rope.end_process_in(1h);
      }
      { last_resort never_needed; }
      std::_Exit(7);
    },
    testing::ExitedWithCode(7), "");
}

} // namespace
} // namespace strata
