// SPDX-License-Identifier: MIT
#include "tests/actors/process_requests.hpp"

/// Processes of a session: their life, their names, their ends.
namespace strata::test {

TEST(process, starts_beside_the_shells_and_outlives_its_call) {
  scene at;
  auto request = starting("make");
  request.env = {{"A", "1"}};
  request.cwd = "/src";
  request.user = "bob";
  request.merge = true;
  request.tag = "build";
  auto started = at.call(request);
  ASSERT_TRUE(started.succeeded());
  const auto& spec = at.box().ran.at(0);
  EXPECT_EQ(spec.shell, "");
  EXPECT_EQ(spec.command, "make");
  EXPECT_EQ(spec.env, request.env);
  EXPECT_EQ(spec.cwd, "/src");
  EXPECT_EQ(spec.user, "bob");
  EXPECT_TRUE(spec.merge);
  EXPECT_TRUE(spec.keep);
  EXPECT_EQ(spec.input, nullptr);
  EXPECT_TRUE(started.value().created);
  EXPECT_TRUE(started.value().session_created);
  EXPECT_EQ(started.value().state, process_state::running);
  EXPECT_EQ(started.value().tag, "build");
  EXPECT_EQ(started.value().kind, process_kind::process);

  started.disconnect(); // it has its answer
  at.settle();
  EXPECT_TRUE(at.box().runs("make"));
  at.box().end("make", 3);
  at.settle();
  const auto ended = at.call(looking(started.value().id));
  EXPECT_EQ(ended.value().state, process_state::ended);
  EXPECT_EQ(ended.value().end->reason, "exited");
  EXPECT_EQ(ended.value().end->exit_code, 3);
  EXPECT_FALSE(ended.value().created);
  at.expect_clean_end();
}

TEST(process, that_cannot_start_is_an_error_and_no_process) {
  scene at;
  at.call(creation());
  at.box().does.starts = false;
  auto failed = at.call(starting("make"));
  at.box().start("make", error{errc::command_not_found, "start make: no such file"});
  at.settle();
  EXPECT_EQ(failed.code(), errc::command_not_found);
  list_processes all;
  all.session.key = key();
  EXPECT_TRUE(at.call(all).value().items.empty());
  at.expect_clean_end();
}

TEST(process, is_found_by_id_pid_and_tag_a_live_one_first) {
  scene at;
  auto request = starting("one");
  request.tag = "t";
  const auto first = at.call(request).value();
  request.command = "two";
  const auto second = at.call(request).value();
  EXPECT_EQ(at.call(looking("tag:t")).value().id, second.id); // the newest
  at.box().end("two");
  at.settle();
  EXPECT_EQ(at.call(looking("tag:t")).value().id, first.id); // the one that lives
  at.box().end("one");
  at.settle();
  EXPECT_EQ(at.call(looking("tag:t")).value().id, second.id);
  EXPECT_EQ(at.call(looking("pid:" + std::to_string(first.pid))).value().pid, first.pid);
  for (const auto* none : {"tag:u", "tag:", "pid:0", "pid:x", "pid:999999", "p9-none", "t"})
    EXPECT_EQ(at.call(looking(none)).code(), errc::process_not_found) << none;
  EXPECT_EQ(at.call(looking("")).code(), errc::invalid_argument);
  at.expect_clean_end();
}

TEST(process, is_waited_for_without_being_killed) {
  scene at;
  const auto id = at.call(starting("make")).value().id;
  auto impatient = at.call(looking(id, 1000));
  auto patient = at.call(looking(id, 5000));
  at.advance(milliseconds{999});
  EXPECT_FALSE(impatient.answered());
  at.advance(milliseconds{1});
  EXPECT_EQ(impatient.value().state, process_state::running);
  EXPECT_TRUE(at.box().runs("make"));
  at.box().end("make");
  at.settle();
  EXPECT_EQ(patient.value().state, process_state::ended);
  at.expect_clean_end();
}

TEST(process, start_waits_for_its_end_as_long_as_it_is_told) {
  scene at;
  auto request = starting("make");
  request.wait_ms = 1000;
  auto slow = at.call(request);
  EXPECT_FALSE(slow.answered());
  at.advance(milliseconds{1000});
  EXPECT_EQ(slow.value().state, process_state::running);
  EXPECT_TRUE(slow.value().created);
  request.command = "true";
  auto quick = at.call(request);
  at.box().end("true");
  at.settle();
  EXPECT_EQ(quick.value().state, process_state::ended);
  at.expect_clean_end();
}

TEST(process, whose_client_leaves_before_the_answer_lives_unless_told_otherwise) {
  scene at;
  auto request = starting("kept");
  request.wait_ms = 60'000;
  auto kept = at.call(request);
  request.command = "killed";
  request.on_disconnect = "kill";
  auto killed = at.call(request);
  kept.disconnect();
  killed.disconnect();
  at.settle();
  EXPECT_TRUE(at.box().runs("kept"));
  EXPECT_FALSE(at.box().runs("killed"));
  EXPECT_EQ(at.call(looking(killed.value().id)).value().end->reason, "cancelled");
  at.expect_clean_end();
}

TEST(process, is_killed_at_its_timeout_and_after_silence) {
  scene at;
  auto request = starting("slow");
  request.timeout_ms = 1000;
  const auto slow = at.call(request).value().id;
  request = starting("quiet");
  request.no_output_timeout_ms = 800;
  const auto quiet = at.call(request).value().id;
  request.command = "talks";
  const auto talks = at.call(request).value().id;
  for (int i = 0; i < 20; ++i) {
    at.box().find("talks")->spec.output->append(output_stream::out, "x");
    at.advance(milliseconds{100});
  }
  EXPECT_EQ(at.call(looking(slow)).value().end->reason, "timed_out");
  EXPECT_EQ(at.call(looking(quiet)).value().end->reason, "no_output");
  EXPECT_EQ(at.call(looking(talks)).value().state, process_state::running);
  at.advance(milliseconds{1100});
  EXPECT_EQ(at.call(looking(talks)).value().end->reason, "no_output");
  at.expect_clean_end();
}

TEST(process, an_exec_without_output_is_ended_too) {
  scene at;
  auto request = command("quiet");
  request.no_output_timeout_ms = 800;
  auto exec = at.call(request);
  at.advance(milliseconds{1000});
  EXPECT_EQ(exec.value().reason, "no_output");
  at.expect_clean_end();
}

TEST(process, is_ended_by_term_and_after_the_grace_by_kill) {
  scene at;
  const auto soft = at.call(starting("soft")).value().id;
  const auto hard = at.call(starting("hard")).value().id;
  auto first = at.call(on<end_process>(soft));
  EXPECT_EQ(at.box().signals.back(), (std::pair{soft, 15}));
  at.box().end("soft", 0); // it has a handler
  at.settle();
  EXPECT_EQ(first.value().end->reason, "killed_by_user");
  EXPECT_EQ(first.value().end->exit_code, 0);

  auto second = at.call(on<end_process>(hard));
  at.advance(milliseconds{1999});
  EXPECT_TRUE(at.box().runs("hard"));
  at.advance(milliseconds{1});
  EXPECT_EQ(second.value().end->reason, "killed_by_user");
  EXPECT_EQ(at.call(on<end_process>(hard)).value().end->reason, "killed_by_user"); // again: as it was

  auto purge = on<end_process>(hard);
  purge.purge = true;
  EXPECT_TRUE(at.call(purge).succeeded());
  EXPECT_EQ(at.call(looking(hard)).code(), errc::process_not_found);
  at.expect_clean_end();
}

TEST(process, an_exec_is_listed_read_and_ended_like_one) {
  scene at;
  auto exec = at.call(command("make"));
  list_processes all;
  all.session.key = key();
  const auto page = at.call(all).value();
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].kind, process_kind::exec);
  EXPECT_EQ(page.items[0].shell, "session");
  auto ending = on<end_process>(page.items[0].id);
  ending.grace_ms = 0;
  auto ended = at.call(ending);
  EXPECT_EQ(ended.value().end->reason, "killed_by_user");
  EXPECT_EQ(exec.value().reason, "killed_by_user");
  at.expect_clean_end();
}

} // namespace strata::test
