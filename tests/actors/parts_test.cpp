// SPDX-License-Identifier: MIT
#include "actors/call_ticket.hpp"
#include "actors/deadline_set.hpp"
#include "actors/mailbox.hpp"
#include "actors/reply.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

/// The small parts that the actors are made of.
namespace strata::test {

TEST(reply, answers_once) {
  int answers = 0;
  reply<int> answer{[&](result<int> given) {
    ++answers;
    EXPECT_EQ(given.value(), 1);
  }};
  auto moved = std::move(answer);
  EXPECT_FALSE(answer);
  answer(7);
  moved(1);
  moved(2);
  EXPECT_EQ(answers, 1);
}

TEST(reply, answers_when_it_is_dropped) {
  std::vector<error> heard;
  const auto hear = [&](const result<int>& given) { heard.push_back(given.error()); };
  { reply<int> dropped{hear}; }
  {
    reply<int> begun{hear};
    begun.on_drop({errc::session_lost, "x"});
    auto moved = std::move(begun);
    moved = reply<int>{hear}; // what it held is dropped, and then what it holds
  }
  ASSERT_EQ(heard.size(), 3u);
  EXPECT_EQ(heard[0].code, errc::draining);
  EXPECT_EQ(heard[1].code, errc::session_lost);
  EXPECT_EQ(heard[2].code, errc::draining);
}

TEST(reply, shows_the_answer_to_others_first) {
  std::string order;
  reply<int> answer{[&](const result<int>&) { order += "caller"; }};
  answer.tap([&](const result<int>& given) { order += std::to_string(given.value()) + ","; });
  answer(5);
  EXPECT_EQ(order, "5,caller");
}

TEST(reply, a_receiver_that_throws_harms_nobody_else) {
  reply<int> answer{[](const result<int>&) { throw std::runtime_error{"receiver"}; }};
  EXPECT_NO_THROW(answer(1));
  EXPECT_FALSE(answer);
  {
    reply<int> dropped{[](const result<int>&) { throw std::runtime_error{"receiver"}; }};
  }
}

TEST(mailbox, swallows_what_comes_when_closed) {
  std::vector<int> read;
  mailbox<int> box;
  box.post(1);
  box.open([&](const std::shared_ptr<int>& event) { read.push_back(*event); });
  box.post(2);
  box.close();
  box.post(3);
  EXPECT_EQ(read, std::vector<int>{2});
}

TEST(mailbox, an_event_that_nobody_takes_may_post_again_when_it_dies) {
  struct echo {
    std::function<void()> last_words;
    ~echo() {
      if (last_words)
        last_words();
    }
    explicit echo(std::function<void()> words) : last_words{std::move(words)} {}
    echo(echo&& other) noexcept : last_words{std::exchange(other.last_words, nullptr)} {}
  };
  int posted = 0;
  mailbox<echo> box{[&](std::shared_ptr<echo>) { ++posted; }}; // a reader that is gone: it drops what comes
  box.post(echo{[&] { box.post(echo{nullptr}); }});
  EXPECT_EQ(posted, 2);
}

TEST(call_ticket, tells_of_a_disconnect_once_whichever_comes_first) {
  int told = 0;
  call_ticket before;
  before.disconnect();
  before.attach([&] { ++told; });
  EXPECT_EQ(told, 1);
  call_ticket after;
  after.attach([&] { told += 10; });
  after.attach([&] { told += 100; }); // a later worker replaces the former
  after.disconnect();
  after.disconnect();
  EXPECT_EQ(told, 101);
}

TEST(deadline_set, gives_what_is_due_in_order) {
  enum class kind { first, second };
  using std::chrono::seconds;
  deadline_set<kind> set;
  const steady_time zero{};
  EXPECT_EQ(set.next(), std::nullopt);
  set.set(kind::second, 1, zero + seconds{5});
  set.set(kind::first, 2, zero + seconds{5});
  set.set(kind::first, 3, zero + seconds{1});
  set.set(kind::first, 3, zero + seconds{9}); // moved
  set.set(kind::second, 4, zero + seconds{2});
  set.cancel(kind::second, 4);
  set.cancel(kind::second, 99);
  EXPECT_EQ(set.next(), zero + seconds{5});
  EXPECT_EQ(set.take_due(zero + seconds{4}), std::nullopt);
  EXPECT_EQ(set.take_due(zero + seconds{9}), (std::pair{kind::first, std::uint64_t{2}}));
  EXPECT_EQ(set.take_due(zero + seconds{9}), (std::pair{kind::second, std::uint64_t{1}}));
  EXPECT_EQ(set.take_due(zero + seconds{9}), (std::pair{kind::first, std::uint64_t{3}}));
  EXPECT_EQ(set.take_due(zero + seconds{9}), std::nullopt);
  set.set(kind::first, 1, zero);
  set.clear();
  EXPECT_EQ(set.next(), std::nullopt);
}

} // namespace strata::test
