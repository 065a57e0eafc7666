// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// What is read of the output of processes, and written to their input.
namespace strata::test {

namespace {

struct running {
  scene at;
  std::string id;
  std::shared_ptr<journal> output;
  std::shared_ptr<input_stream> input;

  running() {
    start_process request;
    request.session.key = key();
    request.command = "run";
    request.stdin_mode = "pipe";
    id = at.call(request).value().id;
    output = at.box().find("run")->spec.output;
    input = at.box().find("run")->spec.input;
  }
  read_output reading(std::int64_t since = 0, std::int64_t wait_ms = 0, std::string until = {}) const {
    read_output request;
    request.session.key = key();
    request.process = id;
    request.since = since;
    request.wait_ms = wait_ms;
    request.until = std::move(until);
    return request;
  }
  write_stdin writing(std::string bytes) const {
    write_stdin request;
    request.session.key = key();
    request.process = id;
    request.bytes = std::move(bytes);
    request.wait_ms = 0;
    return request;
  }
};

std::string bytes_of(const output_page& page) {
  std::string bytes;
  for (const auto& record : page.records)
    bytes += record.bytes;
  return bytes;
}

} // namespace

TEST(output, is_read_from_any_offset_and_of_any_stream) {
  running of;
  of.output->append(output_stream::out, "one");
  of.output->append(output_stream::err, "two");
  const auto all = of.at.call(of.reading()).value();
  EXPECT_EQ(all.id, of.id);
  EXPECT_EQ(bytes_of(all), "onetwo");
  EXPECT_EQ(all.next, 6);
  EXPECT_EQ(all.state, process_state::running);
  EXPECT_FALSE(all.end);
  EXPECT_EQ(bytes_of(of.at.call(of.reading(4)).value()), "wo");
  auto some = of.reading();
  some.stream = "stderr";
  EXPECT_EQ(bytes_of(of.at.call(some).value()), "two");
  some.stream = "stdlog";
  EXPECT_EQ(of.at.call(some).code(), errc::invalid_argument);
  auto tail = of.reading();
  tail.tail = 2;
  EXPECT_EQ(bytes_of(of.at.call(tail).value()), "wo");
  auto bounded = of.reading();
  bounded.limit = 4;
  EXPECT_EQ(of.at.call(bounded).value().next, 4);
  EXPECT_EQ(of.at.call(of.reading(7)).code(), errc::offset_out_of_range);
  EXPECT_EQ(bytes_of(of.at.call(of.reading(6)).value()), "");
  of.at.expect_clean_end();
}

TEST(output, is_waited_for) {
  running of;
  auto some = of.at.call(of.reading(0, 5000));
  auto never = of.at.call(of.reading(0, 1000, "ready"));
  EXPECT_FALSE(some.answered());
  of.output->append(output_stream::out, "almost");
  of.at.settle();
  EXPECT_EQ(bytes_of(some.value()), "almost");
  EXPECT_FALSE(never.answered());
  of.at.advance(milliseconds{1000});
  EXPECT_EQ(bytes_of(never.value()), "almost");
  EXPECT_FALSE(never.value().found);
  EXPECT_EQ(never.value().next, 6);
  of.at.expect_clean_end();
}

TEST(output, is_read_until_a_text_appears_across_records) {
  running of;
  auto wanted = of.at.call(of.reading(0, 60'000, "ready\n"));
  for (const auto* piece : {"not yet re", "read", "y", "\nand more"}) {
    EXPECT_FALSE(wanted.answered());
    of.output->append(output_stream::out, piece);
    of.output->append(output_stream::err, ""); // nothing
    of.at.settle();
  }
  EXPECT_TRUE(wanted.value().found);
  EXPECT_EQ(bytes_of(wanted.value()), "not yet reready\n");
  EXPECT_EQ(wanted.value().next, 16);
  EXPECT_EQ(bytes_of(of.at.call(of.reading(16)).value()), "and more");
  of.at.expect_clean_end();
}

TEST(output, wait_ends_with_the_process_and_with_the_client) {
  running of;
  auto told = of.at.call(of.reading(0, 60'000, "never"));
  auto left = of.at.call(of.reading(0, 60'000, "never"));
  left.disconnect();
  of.at.settle();
  EXPECT_TRUE(left.answered());
  of.at.box().end("run", 7);
  of.at.settle();
  ASSERT_TRUE(told.succeeded());
  EXPECT_EQ(told.value().state, process_state::ended);
  EXPECT_EQ(told.value().end->exit_code, 7);
  // A survivor writes on: it follows the end.
  of.output->append(output_stream::out, "late");
  const auto late = of.at.call(of.reading()).value();
  EXPECT_EQ(bytes_of(late) + bytes_of(of.at.call(of.reading(late.next)).value()), "late");
  of.at.expect_clean_end();
}

TEST(output, keeps_its_session_from_idling_while_it_is_waited_for) {
  running of;
  auto waits = of.at.call(of.reading(0, 60'000));
  of.at.advance(seconds{59});
  EXPECT_FALSE(waits.answered());
  attach_process follow;
  follow.session.key = key();
  follow.process = of.id;
  auto follower = std::make_unique<outcome<process_view>>(of.at.call(follow));
  of.at.advance(minutes{60});
  EXPECT_TRUE(of.at.call(asking()).succeeded());
  EXPECT_EQ(of.at.call(asking()).value().state, session_state::ready);
  follower->record_->answers.clear(); // the follower goes
  of.at.settle();
  of.at.advance(minutes{31});
  EXPECT_EQ(of.at.call(asking()).value().state, session_state::closed); // a process in the background does not count
}

TEST(input, is_written_once_however_often_it_is_sent) {
  running of;
  EXPECT_EQ(of.at.call(of.writing("hello")).value().offset, 5);
  auto again = of.writing("hello world");
  again.at = 0;
  const auto second = of.at.call(again).value();
  EXPECT_EQ(second.accepted, 6);
  EXPECT_EQ(second.offset, 11);
  EXPECT_EQ(of.at.call(again).value().accepted, 0);
  again.at = 12;
  auto hole = of.at.call(again);
  EXPECT_EQ(hole.code(), errc::offset_mismatch);
  EXPECT_EQ(hole.fact("offset"), "11");
  std::string got;
  while (auto piece = of.input->take())
    got += piece->bytes;
  EXPECT_EQ(got, "hello world");
  of.at.expect_clean_end();
}

TEST(input, ends_and_then_takes_no_more) {
  running of;
  auto last = of.writing("bye");
  last.eof = true;
  EXPECT_TRUE(of.at.call(last).succeeded());
  EXPECT_EQ(of.at.call(of.writing("more")).code(), errc::stdin_closed);
  last.at = 0;
  EXPECT_EQ(of.at.call(last).value().accepted, 0); // a retry of the last is none
  of.at.box().end("run");
  of.at.settle();
  EXPECT_EQ(of.at.call(of.writing("more")).code(), errc::process_ended);
  of.at.expect_clean_end();
}

TEST(input, answers_when_the_process_has_it_or_the_wait_is_over) {
  running of;
  auto request = of.writing("hello");
  request.wait_ms = 1000;
  auto slow = of.at.call(request);
  EXPECT_FALSE(slow.answered());
  of.at.advance(seconds{1});
  EXPECT_EQ(slow.value().accepted, 5);
  auto quick = of.at.call(request);
  while (auto piece = of.input->take())
    if (piece->taken)
      piece->taken(true);
  of.at.settle();
  EXPECT_EQ(quick.value().offset, 10);
  auto lost = of.at.call(request);
  of.input->close();
  of.at.settle();
  EXPECT_EQ(lost.code(), errc::stdin_closed);
  of.at.expect_clean_end();
}

TEST(input, that_nobody_reads_is_bounded_for_the_session_as_a_whole) {
  running of;
  start_process other;
  other.session.key = key();
  other.command = "other";
  other.stdin_mode = "pipe";
  const auto second = of.at.call(other).value().id;
  const std::string much(12 << 20, 'x');
  EXPECT_TRUE(of.at.call(of.writing(much)).succeeded());
  EXPECT_EQ(of.at.call(of.writing(much)).code(), errc::overloaded); // of one process
  auto more = of.writing(much);
  more.process = second;
  EXPECT_TRUE(of.at.call(more).succeeded());
  other.command = "third";
  more.process = of.at.call(other).value().id;
  EXPECT_EQ(of.at.call(more).code(), errc::overloaded); // of all
  of.at.box().end("run");
  of.at.settle();
  EXPECT_TRUE(of.at.call(more).succeeded());
  of.at.expect_clean_end();
}

TEST(input, of_a_process_without_one_is_refused) {
  scene at;
  start_process request;
  request.session.key = key();
  request.command = "run";
  write_stdin input;
  input.session.key = key();
  input.process = at.call(request).value().id;
  input.bytes = "x";
  EXPECT_EQ(at.call(input).code(), errc::stdin_closed);
  at.expect_clean_end();
}

} // namespace strata::test
