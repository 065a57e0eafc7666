// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

/// Terminals of a session and commands that are followed while they run.
namespace strata::test {

namespace {

attach_terminal attaching(const std::string& name = "main") {
  attach_terminal request;
  request.session.key = key();
  request.terminal = name;
  return request;
}

/// Reads what is there now.
std::pair<std::string, std::optional<process_end>> read(journal_reader& reader) {
  std::string bytes;
  std::optional<process_end> end;
  reader.read(1 << 20, [&](journal_batch batch) {
    for (auto& record : batch.records)
      bytes += record.bytes;
    end = batch.end;
  });
  reader.cancel();
  return {bytes, end};
}

} // namespace

TEST(terminal, is_opened_by_its_first_viewer_and_shared_with_the_next) {
  scene at;
  auto asked = attaching();
  asked.cols = 100;
  asked.rows = 30;
  auto first = at.call(asked);
  ASSERT_TRUE(first.succeeded());
  const auto& spec = at.box().ran.at(0);
  EXPECT_EQ(spec.argv, (std::vector<std::string>{"bash", "-l"}));
  EXPECT_EQ(spec.terminal->cols, 100);
  EXPECT_TRUE(first.value().created);
  EXPECT_TRUE(first.value().session_created);
  EXPECT_EQ(first.value().name, "main");

  spec.output->append(output_stream::merged, "prompt$ ");
  auto second = at.call(attaching());
  EXPECT_FALSE(second.value().created);
  EXPECT_EQ(second.value().id, first.value().id);
  EXPECT_EQ(read(*first.value().output).first, "prompt$ ");
  EXPECT_EQ(read(*second.value().output).first, "prompt$ ");
  EXPECT_EQ(first.value().input, second.value().input);

  at.box().end("", result<command_end>{exited(3)});
  at.settle();
  const auto end = read(*second.value().output).second;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, "exited");
  EXPECT_EQ(end->exit_code, 3);
  auto anew = at.call(attaching());
  EXPECT_TRUE(anew.value().created);
  EXPECT_NE(anew.value().id, first.value().id);
}

TEST(terminal, viewers_that_come_while_it_starts_wait_for_it) {
  scene at;
  at.call(creation());
  at.box().does.starts = false;
  auto first = at.call(attaching());
  auto second = at.call(attaching());
  EXPECT_FALSE(first.answered());
  at.box().start("", 42);
  at.settle();
  EXPECT_TRUE(first.value().created);
  EXPECT_FALSE(second.value().created);
  EXPECT_EQ(second.value().pid, 42);
}

TEST(terminal, that_cannot_start_is_an_error_of_the_call) {
  scene at;
  at.call(creation());
  at.box().does.starts = false;
  auto first = at.call(attaching());
  at.box().start("", error{errc::command_not_found, "start bash: no such file or directory"});
  at.settle();
  EXPECT_EQ(first.code(), errc::command_not_found);
  EXPECT_EQ(at.call(asking()).value().state, session_state::ready);
}

TEST(terminal, a_viewer_keeps_the_session_from_being_idle_and_its_leaving_ends_that) {
  scene at;
  auto viewer = at.call(attaching());
  at.advance(minutes{60});
  EXPECT_EQ(at.call(asking()).value().state, session_state::ready);
  viewer.record_->answers.clear();
  viewer.record_->answers.push_back(error{}); // its view is gone, as when a connection ends
  at.settle();
  at.advance(minutes{31});
  EXPECT_EQ(at.call(asking()).value().closed_reason, "session_expired");
}

TEST(terminal, tells_its_viewers_why_it_ended) {
  for (const auto& [reason, act] : std::vector<std::pair<std::string, std::function<void(scene&)>>>{
         {"session_closed", [](scene& at) { at.call(closing()); }},
         {"sandbox_lost", [](scene& at) { at.box().die("killed"), at.settle(); }},
         {"killed_by_user", [](scene& at) { at.box().end("", result<command_end>{killed(false)}), at.settle(); }}}) {
    scene at;
    auto viewer = at.call(attaching());
    at.box().ran.at(0).output->append(output_stream::merged, "last words");
    act(at);
    const auto [bytes, end] = read(*viewer.value().output);
    EXPECT_EQ(bytes, "last words") << reason;
    ASSERT_TRUE(end) << reason;
    EXPECT_EQ(end->reason, reason);
    bool accepted = true;
    viewer.value().input->write("x", [&](bool taken) { accepted = taken; });
    EXPECT_FALSE(accepted) << reason;
  }
}

TEST(terminal, is_not_made_when_the_caller_says_so) {
  scene at;
  auto asked = attaching();
  asked.create = "never";
  EXPECT_EQ(at.call(asked).code(), errc::session_not_found);
  at.call(creation());
  EXPECT_EQ(at.call(asked).code(), errc::terminal_not_found);
}

TEST(terminal, resizes_by_name_and_by_id) {
  scene at;
  auto viewer = at.call(attaching());
  EXPECT_TRUE(at.call(resize_terminal{{key(), {}}, "name:main", 90, 20}).succeeded());
  EXPECT_TRUE(at.call(resize_terminal{{key(), {}}, viewer.value().id, 91, 21}).succeeded());
  ASSERT_EQ(at.box().resized.size(), 2u);
  EXPECT_EQ(at.box().resized[1].second.cols, 91);
  EXPECT_EQ(at.call(attaching()).value().cols, 91);
  EXPECT_EQ(at.call(resize_terminal{{key(), {}}, "name:other", 90, 20}).code(), errc::terminal_not_found);
  EXPECT_EQ(at.call(resize_terminal{{key(), {}}, "name:main", 0, 20}).code(), errc::invalid_argument);
}

TEST(terminal, the_number_of_terminals_and_viewers_is_bounded) {
  runtime_options few;
  few.max_terminals = 2;
  few.max_viewers = 2;
  scene at{few};
  std::vector<outcome<terminal_view>> held{at.call(attaching("a")), at.call(attaching("a")), at.call(attaching("b"))};
  EXPECT_EQ(at.call(attaching("a")).code(), errc::overloaded);
  EXPECT_EQ(at.call(attaching("c")).code(), errc::overloaded);
  EXPECT_TRUE(at.call(attaching("b")).succeeded());
  EXPECT_EQ(at.call(attaching("a b")).code(), errc::invalid_argument);
}

TEST(signal, goes_to_what_runs_and_to_nothing_else) {
  scene at;
  auto exec = at.call(command("sleep 9"));
  const auto id = at.box().ran.at(0).id;
  signal_process asked{{key(), {}}, id, "SIGINT", "process"};
  EXPECT_TRUE(at.call(asked).succeeded());
  ASSERT_EQ(at.box().signals.size(), 1u);
  EXPECT_EQ(at.box().signals[0], (std::pair{id, 2}));
  asked.signal = "TERM";
  EXPECT_TRUE(at.call(asked).succeeded());
  asked.signal = "NONSENSE";
  EXPECT_EQ(at.call(asked).code(), errc::invalid_argument);
  asked.signal = "INT";
  asked.process = "p9-none";
  EXPECT_EQ(at.call(asked).code(), errc::process_not_found);
  at.box().end("sleep 9", 0);
  at.settle();
  asked.process = id;
  EXPECT_EQ(at.call(asked).code(), errc::process_ended);
}

TEST(followed_exec, tells_its_start_then_its_output_then_its_end) {
  scene at;
  at.call(creation());
  at.box().does.starts = false;
  std::vector<exec_started> told;
  auto request = command("make");
  request.on_started = [&](exec_started started) { told.push_back(std::move(started)); };
  auto exec = at.call(request);
  EXPECT_TRUE(told.empty());
  at.box().start("make", 7);
  at.settle();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].id, at.box().ran.at(0).id);
  EXPECT_EQ(told[0].pid, 7);
  EXPECT_EQ(at.box().ran.at(0).max_output_bytes, 0u);
  at.box().ran.at(0).output->append(output_stream::err, "oops");
  auto end = exited(2);
  end.output.err = {"", 4, 0};
  at.box().end("make", end);
  at.settle();
  const auto [bytes, seen] = read(*told[0].output);
  EXPECT_EQ(bytes, "oops");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->exit_code, 2);
  EXPECT_EQ(exec.value().next, 4);
}

TEST(followed_exec, that_cannot_start_tells_nothing_but_the_error) {
  scene at;
  at.call(creation());
  at.box().does.starts = false;
  int told = 0;
  auto request = fresh("make");
  request.input = std::make_shared<input_stream>();
  bool accepted = true;
  request.input->write("input", [&](bool taken) { accepted = taken; });
  request.on_started = [&](const exec_started&) { ++told; };
  auto exec = at.call(request);
  at.box().start("make", error{errc::cwd_not_found, "no"});
  at.settle();
  EXPECT_EQ(told, 0);
  EXPECT_EQ(exec.code(), errc::cwd_not_found);
  EXPECT_FALSE(accepted);
}

TEST(followed_exec, hears_of_the_loss_of_its_sandbox) {
  scene at;
  at.call(creation());
  std::shared_ptr<journal_reader> output;
  auto request = command("make");
  request.on_started = [&](exec_started started) { output = std::move(started.output); };
  auto exec = at.call(request);
  at.box().die("killed");
  at.settle();
  EXPECT_EQ(read(*output).second->reason, "sandbox_lost");
  EXPECT_EQ(exec.code(), errc::session_lost);
}

TEST(followed_exec, a_program_and_a_terminal_are_for_fresh_ones_only) {
  scene at;
  auto request = fresh("");
  request.argv = {"ls", "-l"};
  request.terminal = terminal_size{90, 20};
  at.call(request);
  EXPECT_EQ(at.box().ran.at(0).argv, request.argv);
  EXPECT_EQ(at.box().ran.at(0).terminal->cols, 90);
  request.shell = "session";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  request.shell = "fresh";
  request.command = "both";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
}

} // namespace strata::test
