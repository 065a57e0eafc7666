// SPDX-License-Identifier: MIT
// Operations on files on their way through a session.
#include "tests/actors/process_requests.hpp"
#include "tests/support/fake_transfers.hpp"

#include <gmock/gmock.h>

namespace strata::test {

namespace {

template <class Operation> Operation file(const std::string& path = "/x") {
  Operation request;
  request.session.key = key();
  request.path = path;
  return request;
}

file_answer answer_with(const std::string& path) {
  file_answer answer;
  answer.info.path = path;
  return answer;
}

/// The request that waits in the sandbox.
template <class Body> Body waiting(scene& at) {
  Body body;
  const auto& packed = at.box().files().asked.front().body;
  EXPECT_TRUE(wire::decode(packed.data(), packed.size(), body));
  return body;
}

} // namespace

TEST(files, are_looked_at_only_in_a_session_that_is_there) {
  scene at;
  EXPECT_EQ(at.call(file<stat_file>()).code(), errc::session_not_found);
  auto never = file<write_file>();
  never.create = "never";
  EXPECT_EQ(at.call(never).code(), errc::session_not_found);
  at.call(creation());
  const auto seen = at.call(file<stat_file>());
  EXPECT_FALSE(seen.answered());
  EXPECT_TRUE(waiting<wire::files_stat>(at).follow);
  at.box().files().answer(answer_with("/x"));
  at.settle();
  EXPECT_EQ(seen.value().info.path, "/x");
  EXPECT_FALSE(seen.value().session_created);
}

TEST(files, make_a_session_where_work_begins) {
  scene at;
  auto asked = file<make_directory>();
  asked.mode = file_mode{0700};
  const auto made = at.call(asked);
  EXPECT_EQ(waiting<wire::files_make_directory>(at).mode, 0700);
  at.box().files().answer(answer_with("/x"));
  at.settle();
  EXPECT_TRUE(made.value().session_created);
  EXPECT_FALSE(made.value().session_uid.empty());
}

TEST(files, are_done_as_the_session_s_user_or_another) {
  scene at;
  auto session = creation();
  session.user = "bob";
  at.call(session);
  at.call(file<stat_file>());
  auto other = file<stat_file>();
  other.user = "carol";
  const auto refused = at.call(other);
  auto& asked = at.box().files().asked;
  EXPECT_EQ(asked.front().user, "bob");
  EXPECT_EQ(asked.back().user, "carol");
  at.box().files().answer(answer_with("/x"));
  at.box().files().answer(result<file_answer>{error{errc::user_not_found, "start program: no such user"}});
  at.settle();
  EXPECT_EQ(refused.fact("field"), "user");
}

TEST(files, of_a_session_that_ends_are_told_so) {
  scene at;
  at.call(creation());
  const auto stat = at.call(file<stat_file>());
  const auto read = at.call(file<read_file>());
  at.call(closing());
  EXPECT_EQ(stat.code(), errc::session_lost);
  EXPECT_EQ(stat.fact("begun"), "true");
  EXPECT_EQ(read.code(), errc::session_lost);
  EXPECT_EQ(at.box().files().cancelled.size(), 2U);
  at.expect_every_call_answered_once();
}

TEST(files, that_nobody_waits_for_are_cancelled) {
  scene at;
  at.call(creation());
  const auto copied = at.call([] {
    copy_file request;
    request.session.key = key();
    request.from = "/a";
    request.to = "/b";
    return request;
  }());
  const auto number = at.box().files().asked.front().number;
  copied.disconnect();
  at.settle();
  EXPECT_THAT(at.box().files().cancelled, testing::ElementsAre(number));
  at.box().files().answer(result<file_answer>{error{errc::session_lost, "given up"}});
  at.settle();
  EXPECT_EQ(copied.code(), errc::session_lost);
}

TEST(files, keep_their_session_awake) {
  scene at;
  auto session = creation();
  session.idle_ttl_ms = 1000;
  at.call(session);
  const auto read = at.call(file<read_file>());
  at.advance(seconds{5});
  EXPECT_TRUE(at.call(asking()).succeeded());
  opened_file opened;
  opened.info.size = 10;
  at.box().files().answer(result<opened_file>{opened});
  at.settle();
  EXPECT_EQ(read.value().length, 10);
  at.advance(seconds{5}); // its bytes are on their way
  EXPECT_EQ(at.call(asking()).value().state, session_state::ready);
  read.record_->answers.assign(1, error{}); // the client has them
  at.settle();
  at.advance(seconds{5});
  EXPECT_NE(at.call(asking()).value().state, session_state::ready);
}

TEST(files, tell_where_what_is_read_begins) {
  scene at;
  at.call(creation());
  struct sample {
    std::int64_t offset;
    std::optional<std::int64_t> length;
    std::int64_t begins, comes;
  };
  for (const auto& [offset, length, begins, comes] : {sample{0, {}, 0, 10},
                                                      {3, {}, 3, 7},
                                                      {3, 4, 3, 4},
                                                      {3, 100, 3, 7},
                                                      {-4, {}, 6, 4},
                                                      {-40, {}, 0, 10},
                                                      {-4, 2, 6, 2},
                                                      {0, 0, 0, 0}}) {
    auto asked = file<read_file>();
    asked.offset = offset;
    asked.length = length;
    const auto read = at.call(asked);
    opened_file opened;
    opened.info.size = 10;
    at.box().files().answer(result<opened_file>{opened});
    at.settle();
    EXPECT_EQ(read.value().offset, begins) << offset;
    EXPECT_EQ(read.value().length, comes) << offset;
  }
}

TEST(files, that_wait_are_bounded) {
  scene at;
  at.options.max_queued_calls = 4;
  at.call(creation());
  for (int i = 0; i < 4; ++i)
    at.call(file<stat_file>());
  EXPECT_EQ(at.call(file<stat_file>()).code(), errc::overloaded);
}

TEST(files, need_a_path_and_sound_fields) {
  scene at;
  at.call(creation());
  EXPECT_EQ(at.call(file<stat_file>("")).code(), errc::invalid_argument);
  EXPECT_EQ(at.call(file<stat_file>(std::string{"a\0b", 3})).code(), errc::invalid_argument);
  EXPECT_EQ(at.call(file<stat_file>(std::string(4096, 'x'))).code(), errc::invalid_argument);
  auto mode = file<write_file>();
  mode.mode = file_mode{010000};
  EXPECT_EQ(at.call(mode).code(), errc::invalid_argument);
  auto both = file<write_file>();
  both.must_be_new = true;
  both.if_match = {"x"};
  EXPECT_EQ(at.call(both).code(), errc::invalid_argument);
  EXPECT_EQ(at.call(file<set_file_attributes>()).code(), errc::invalid_argument);
  auto edit = file<edit_file>();
  EXPECT_EQ(at.call(edit).code(), errc::invalid_argument);
  edit.edits = {{"", "x", false}};
  EXPECT_EQ(at.call(edit).code(), errc::invalid_argument);
  edit.edits = {{std::string(5 << 20, 'x'), "x", false}};
  EXPECT_EQ(at.call(edit).code(), errc::too_large);
  auto list = file<list_files>();
  list.depth = 33;
  EXPECT_EQ(at.call(list).code(), errc::invalid_argument);
}

TEST(files, are_searched_page_by_page) {
  scene at;
  at.call(creation());
  auto asked = file<search_files>("/src");
  asked.text = "x";
  const auto first = at.call(asked);
  EXPECT_EQ(waiting<wire::files_search>(at).after_path, "");
  file_answer answer;
  answer.found.matches.resize(1);
  answer.found.more = true;
  answer.found.after_path = "a/b";
  answer.found.after_line = 12;
  at.box().files().answer(answer);
  at.settle();
  asked.cursor = first.value().next_cursor;
  at.call(asked);
  const auto next = waiting<wire::files_search>(at);
  EXPECT_EQ(next.after_path, "a/b");
  EXPECT_EQ(next.after_line, 12U);
  asked.cursor = std::string{"a\0x", 3};
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument);
  asked.cursor.clear();
  asked.regex = "y";
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument); // both
}

TEST(files, are_packed_and_unpacked_in_a_session_that_stays) {
  scene at;
  EXPECT_EQ(at.call(file<read_archive>()).code(), errc::session_not_found);
  const auto upload = at.call(file<write_archive>("/in"));
  EXPECT_EQ(at.box().files().unpacks.front().body.path, "/in");
  at.box().files().answer(result<std::shared_ptr<archive_sink>>{
    std::make_shared<fake_byte_sink<unpacked_archive>>(std::make_shared<sunk>(), 100, error{})});
  at.settle();
  EXPECT_TRUE(upload.value().session_created);
  const auto content = at.call(file<read_archive>("/out"));
  at.box().files().answer_pack(opened_file{{}, std::make_shared<fake_source>(std::vector<std::string>{})});
  at.settle();
  EXPECT_TRUE(content.value().bytes);
}

} // namespace strata::test
