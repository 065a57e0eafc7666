// SPDX-License-Identifier: MIT
// What happens to files, on its way through a session.
#include "tests/actors/process_requests.hpp"

#include <gmock/gmock.h>

namespace strata::test {

namespace {

watch_files watching(const std::string& path = "/src") {
  watch_files request;
  request.session.key = key();
  request.path = path;
  return request;
}

/// What a test makes happen.
class fake_watch final : public file_watch {
public:
  std::int64_t next() const override { return next_; }
  bool ended() const override { return ended_; }
  void read(std::int64_t since, std::size_t, std::chrono::milliseconds, std::function<void(file_events)> take) override {
    asked.push_back(since);
    take_ = std::move(take);
  }
  void happens(file_events events) { std::exchange(take_, nullptr)(std::move(events)); }

  std::vector<std::int64_t> asked;
  std::int64_t next_ = 100;
  bool ended_ = false;

private:
  std::function<void(file_events)> take_;
};

} // namespace

TEST(watches, are_shared_and_go_on_by_number) {
  scene at;
  at.call(creation());
  const auto watch = std::make_shared<fake_watch>();
  auto asked = watching();
  const auto first = at.call(asked);
  EXPECT_EQ(at.box().files().watches.front().body.path, "/src");
  at.box().files().answer(result<std::shared_ptr<file_watch>>{watch});
  at.settle();
  EXPECT_EQ(first.value().next, 100);
  EXPECT_TRUE(first.value().items.empty());
  asked.since = 100;
  const auto second = at.call(asked);
  EXPECT_TRUE(at.box().files().watches.empty()); // it is there already
  watch->happens({{{wire::file_change::created, false, "a", ""}}, 100, false});
  at.settle();
  EXPECT_EQ(second.value().first, 100);
  EXPECT_EQ(second.value().next, 101);
  asked.since = 5;
  const auto late = at.call(asked);
  watch->happens({{{wire::file_change::created, false, "a", ""}}, 100, true});
  at.settle();
  ASSERT_EQ(late.value().items.size(), 2U);
  EXPECT_EQ(late.value().items[0].what, wire::file_change::overflow);
  EXPECT_EQ(late.value().next, 101);
}

TEST(watches, that_have_ended_are_begun_again) {
  scene at;
  at.call(creation());
  const auto watch = std::make_shared<fake_watch>();
  auto asked = watching();
  at.call(asked);
  at.box().files().answer(result<std::shared_ptr<file_watch>>{watch});
  at.settle();
  watch->ended_ = true;
  asked.since = 99; // there is still something to be told
  const auto last = at.call(asked);
  EXPECT_TRUE(at.box().files().watches.empty());
  watch->happens({{{wire::file_change::gone, true, "", ""}}, 99, false});
  at.settle();
  asked.since = last.value().next;
  const auto again = at.call(asked);
  at.box().files().answer(
    result<std::shared_ptr<file_watch>>{error{errc::file_not_found, "watch /src: no such file or directory"}});
  at.settle();
  EXPECT_EQ(again.code(), errc::file_not_found);
}

TEST(watches, make_room_for_others) {
  scene at;
  at.call(creation());
  std::vector<std::weak_ptr<fake_watch>> all;
  const auto watch = [&](int number) {
    const auto made = std::make_shared<fake_watch>();
    all.push_back(made);
    at.call(watching("/" + std::to_string(number)));
    at.box().files().answer(result<std::shared_ptr<file_watch>>{made});
    at.settle();
  };
  for (int i = 0; i < 9; ++i)
    watch(i);
  EXPECT_TRUE(all.at(0).expired());
  EXPECT_FALSE(all.at(1).expired());
  auto gone = watching("/0");
  gone.since = 100;
  const auto again = at.call(gone);
  const auto made = std::make_shared<fake_watch>();
  made->next_ = 500;
  at.box().files().answer(result<std::shared_ptr<file_watch>>{made});
  at.settle();
  ASSERT_EQ(again.value().items.size(), 1U); // what happened meanwhile nobody knows
  EXPECT_EQ(again.value().items[0].what, wire::file_change::overflow);
  EXPECT_EQ(again.value().next, 500);
}

} // namespace strata::test
