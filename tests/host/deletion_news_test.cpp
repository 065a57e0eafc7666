// SPDX-License-Identifier: MIT
#include "isolation/deletion_news.hpp"

#include <gtest/gtest.h>

namespace strata {
namespace {

TEST(deletion_news, come_once_and_to_the_right_one) {
  deletion_news news;
  int first = 0;
  int second = 0;
  const auto tell_first = news.subscribe([&first] { ++first; });
  const auto tell_second = news.subscribe([&second] { ++second; });
  tell_second();
  tell_second();
  EXPECT_EQ(0, first);
  EXPECT_EQ(1, second);
  tell_first();
  EXPECT_EQ(1, first);
}

TEST(deletion_news, hold_no_listener_after_their_end) {
  std::function<void()> early;
  std::function<void()> late;
  const auto listener = std::make_shared<int>(0);
  {
    deletion_news news;
    auto copy = news;
    early = news.subscribe([listener] { ++*listener; });
    EXPECT_EQ(2, listener.use_count());
    news.end();
    EXPECT_EQ(1, listener.use_count());
    late = copy.subscribe([listener] { ++*listener; });
    EXPECT_EQ(1, listener.use_count());
  }
  early();
  late();
  EXPECT_EQ(0, *listener);
}

TEST(deletion_news, do_not_stay_with_the_trash) {
  deletion_news news;
  const auto listener = std::make_shared<int>(0);
  const auto tell = news.subscribe([listener] { ++*listener; });
  tell();
  EXPECT_EQ(1, *listener);
  EXPECT_EQ(1, listener.use_count());
}

} // namespace
} // namespace strata
