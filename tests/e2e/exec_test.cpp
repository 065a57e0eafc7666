// SPDX-License-Identifier: MIT
// Running commands: what a caller of exec may rely on.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;

class exec : public server_test {};

TEST_F(exec, the_shell_keeps_directory_variables_and_functions) {
  client().run(session, "cd /tmp; x=1; export Y=2; greet() { echo hello $1; }");
  EXPECT_EQ(client().output(session, "pwd; echo $x $Y; greet you; sh -c 'echo $Y'"), "/tmp\n1 2\nhello you\n2");
  EXPECT_EQ(client().run(session, "cd /")["cwd"], "/");
  EXPECT_EQ(client().output(session, "pwd; echo [$x]", {{"shell", "fresh"}}), "/root\n[]");
  EXPECT_EQ(client().output(session, "echo [$x]", {{"shell", "second"}}), "[]");
}

TEST_F(exec, a_directory_that_the_shells_user_cannot_enter_is_no_exit_code) {
  if (as_root() || has_subids()) {
    ASSERT_TRUE(is_status(client().call("PUT", session.path() + "/shells/plain", R"({"user":"nobody","cwd":"/"})"), 201));
    client().run(session, "chmod 700 /root", {{"shell", "fresh"}});
    EXPECT_TRUE(is_error(client().exec(session, "echo never", {{"shell", "plain"}, {"cwd", "/root"}}), 422, "cwd_not_found"));
    EXPECT_EQ(client().output(session, "pwd", {{"shell", "plain"}}), "/");
  }
  EXPECT_TRUE(is_error(client().exec(session, "echo never", {{"cwd", "/proc/1/root"}}), 422, "cwd_not_found"));
  EXPECT_EQ(client().output(session, "pwd"), "/root");
}

TEST_F(exec, a_user_that_the_session_cannot_have_is_unsupported) {
  if (as_root() || has_subids())
    GTEST_SKIP() << "with a range of ids every user can be had";
  for (const auto& body : {json{{"shell", "fresh"}, {"user", "nobody"}}, json{{"shell", "fresh"}, {"user", "1234:1234"}}}) {
    auto answer = client().exec(session, "id", body);
    EXPECT_TRUE(is_error(answer, 501, "unsupported"));
    EXPECT_NE(answer.body.find(body["user"].get<std::string>()), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("/etc/subuid"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(client().output(session, "id -u", {{"shell", "fresh"}, {"user", "root"}}), "0");
}

TEST_F(exec, cwd_of_a_removed_directory_is_told_without_the_kernels_mark) {
  if (!as_root())
    GTEST_SKIP() << "a plain user's session cannot remove a directory of the host base";
  const auto found =
    client().run(session, "d=$(find /usr /var -xdev -mindepth 2 -type d -empty | head -1); cd $d && rmdir $d && echo $d");
  ASSERT_EQ(found["exit_code"], 0) << found;
  EXPECT_EQ(client().run(session, "true")["cwd"], found["output"]);
  client().run(session, "mkdir '/tmp/x (deleted)'; cd '/tmp/x (deleted)'");
  EXPECT_EQ(client().run(session, "true")["cwd"], "/tmp/x (deleted)");
}

TEST_F(exec, cwd_stays_as_if_typed_and_env_holds_for_one_call) {
  EXPECT_EQ(client().output(session, "pwd; echo $A", {{"cwd", "/usr"}, {"env", {{"A", "it's $A\n"}}}}), "/usr\nit's $A");
  EXPECT_EQ(client().output(session, "pwd; echo [$A]"), "/usr\n[]");
  EXPECT_TRUE(is_error(client().exec(session, "echo never", {{"cwd", "/nonexistent"}}), 422, "cwd_not_found"));
  EXPECT_EQ(client().output(session, "pwd"), "/usr");
}

TEST_F(exec, stdin_is_given_and_ends) {
  EXPECT_EQ(client().output(session, "cat"), "") << "no input: at its end at once";
  EXPECT_EQ(client().output(session, "read a; read b; echo $b-$a", {{"stdin", "1\n2\n"}}), "2-1");
  EXPECT_EQ(client().output(session, "cat | wc -c", {{"stdin_b64", "/wCAYQ=="}}), "4");
  std::string large(3 << 20, 'i');
  EXPECT_EQ(client().output(session, "wc -c", {{"stdin", large}}), std::to_string(large.size()));
  EXPECT_EQ(client().output(session, "echo ignored", {{"stdin", large}}), "ignored") << "nobody needs to read it";
}

TEST_F(exec, stdout_and_stderr_are_apart_or_merged_in_exact_order) {
  const auto* command = "for i in 1 2 3 4 5 6 7 8; do echo out$i; echo err$i >&2; done";
  auto apart = client().run(session, command);
  EXPECT_THAT(apart.value("stdout", ""), testing::StartsWith("out1\nout2\n"));
  EXPECT_THAT(apart.value("stderr", ""), testing::StartsWith("err1\nerr2\n"));
  EXPECT_EQ(apart["stdout_bytes"], 40);
  std::string in_order;
  for (int i = 1; i <= 8; ++i)
    in_order += fmt::format("out{}\nerr{}\n", i, i);
  auto merged = client().run(session, command, {{"merge", true}});
  EXPECT_EQ(merged["stdout"], in_order);
  EXPECT_EQ(merged["stderr"], "");
}

TEST_F(exec, every_end_has_its_real_cause) {
  EXPECT_EQ(client().run(session, "true")["exit_code"], 0);
  EXPECT_EQ(client().run(session, "false")["exit_code"], 1);
  EXPECT_EQ(client().run(session, "nonexistent-program")["exit_code"], 127);
  auto killed = client().run(session, "kill -9 $$", {{"shell", "fresh"}});
  EXPECT_EQ(killed["reason"], "signalled");
  EXPECT_EQ(killed["signal"], 9);
  EXPECT_EQ(killed["exit_code"], nullptr);
  EXPECT_EQ(client().run(session, "sh -c 'kill -9 $$'")["exit_code"], 137) << "as bash shows it";
  auto invalid = client().run(session, "exit 3");
  EXPECT_EQ(invalid["exit_code"], 3);
}

TEST_F(exec, a_shell_that_ends_is_started_again_in_the_same_directory) {
  client().run(session, "cd /tmp; x=1");
  auto ended = client().run(session, "exit 3");
  EXPECT_EQ(ended["exit_code"], 3);
  auto next = client().run(session, "pwd; echo [$x]");
  EXPECT_EQ(next["output"], "/tmp\n[]");
  EXPECT_TRUE(ended["shell_restarted"] == true || next["shell_restarted"] == true);
  EXPECT_EQ(client().run(session, "exec sh -c 'exit 5'")["exit_code"], 5);
  EXPECT_EQ(client().run(session, "set -e; false")["exit_code"], 1);
  EXPECT_EQ(client().output(session, "echo alive"), "alive");
}

TEST_F(exec, background_children_do_not_hold_the_call_open) {
  auto answer = client().run(session, "sleep 7781 & setsid sleep 7782 & echo started");
  EXPECT_EQ(answer["output"], "started");
  EXPECT_EQ(answer["left_running"], 2);
  auto timed_out = client().run(session, "sleep 7783", {{"timeout_ms", 200}});
  EXPECT_EQ(timed_out["timed_out"], true);
  EXPECT_TRUE(find_descendant("sleep 7781").has_value()) << "an earlier job is left alone";
  EXPECT_FALSE(find_descendant("sleep 7783").has_value());
}

TEST_F(exec, wait_ms_hands_over_and_the_holder_is_named) {
  auto handed = client().exec(session, "echo begun; sleep 7784", {{"wait_ms", 500}, {"timeout_ms", 60'000}});
  ASSERT_TRUE(is_status(handed, 202));
  EXPECT_EQ(handed.json()["state"], "running");
  EXPECT_EQ(handed.json()["exit_code"], nullptr);
  const auto id = handed.json().value("id", "");
  EXPECT_THAT(handed.headers["location"], HasSubstr(id));
  auto busy = client().exec(session, "echo never");
  EXPECT_TRUE(is_error(busy, 409, "shell_busy"));
  EXPECT_THAT(busy.body, HasSubstr(id));
  EXPECT_EQ(client().output(session, "echo free", {{"shell", "fresh"}}), "free");
  EXPECT_EQ(client().output(session, "echo free", {{"shell", "other"}}), "free");
  EXPECT_TRUE(is_status(client().remove(session), 200)) << "else the server waits for it when it stops";
}

TEST_F(exec, calls_queue_in_order_and_patience_ends) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto holder = another_client();
  holder.send_exec(session, "until [ -e /tmp/go ]; do sleep 0.02; done; echo first >>/root/order");
  ASSERT_TRUE(eventually(
    [&] { return client().get(session.path() + "/shells").json()["items"].dump().find("\"holder\":\"p") != std::string::npos; }));
  EXPECT_TRUE(is_error(client().exec(session, "echo never", {{"queue_ms", 50}}), 409, "shell_busy"));
  auto queued = another_client();
  queued.send_exec(session, "echo second >>/root/order; cat /root/order");
  client().run(session, "touch /tmp/go", {{"shell", "fresh"}});
  EXPECT_TRUE(is_status(holder.receive(), 200));
  EXPECT_EQ(queued.receive().json()["output"], "first\nsecond");
}

TEST_F(exec, max_output_bytes_keeps_head_and_tail) {
  auto answer = client().run(session, "seq 1 10000", {{"max_output_bytes", 100}});
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_EQ(answer["stdout_bytes"], 48894);
  EXPECT_LE(answer.value("stdout", "").size(), 100U);
  EXPECT_THAT(answer.value("stdout", ""), testing::StartsWith("1\n2\n"));
  EXPECT_THAT(answer.value("stdout", ""), testing::EndsWith("9999\n10000\n"));
  EXPECT_EQ(client().run(session, "echo x", {{"max_output_bytes", 0}})["stdout"], "");
}

TEST_F(exec, shells_are_made_listed_and_closed) {
  auto made = client().call("PUT", session.path() + "/shells/build", R"({"env":{"X":"1"},"cwd":"/tmp"})");
  if (made.status == 404) { // whether a session is made by the way is for exec; make it and try again
    ASSERT_TRUE(is_status(client().create(session), 200));
    made = client().call("PUT", session.path() + "/shells/build", R"({"env":{"X":"1"},"cwd":"/tmp"})");
  }
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(client().call("PUT", session.path() + "/shells/build", "{}").status, 200);
  EXPECT_EQ(client().output(session, "pwd; echo $X", {{"shell", "build"}}), "/tmp\n1");
  EXPECT_THAT(client().get(session.path() + "/shells").body, HasSubstr("\"build\""));
  EXPECT_EQ(client().call("DELETE", session.path() + "/shells/build").status, 204);
  EXPECT_TRUE(is_error(client().call("DELETE", session.path() + "/shells/build"), 404, "shell_not_found"));
  EXPECT_TRUE(is_error(client().call("PUT", session.path() + "/shells/fresh", "{}"), 400, "invalid_argument"));
  EXPECT_TRUE(is_error(client().call("PUT", session.path() + "/shells/a", R"({"colour":1})"), 400, "unknown_field"));
}

TEST_F(exec, what_people_break_in_a_shell_does_not_break_it) {
  client().run(
    session,
    "rm -rf /run/* /tmp/* 2>/dev/null; eval() { echo fake; }; echo() { builtin echo fake; }; alias ls=false; set -x; IFS=x; trap 'true' DEBUG; ulimit -f 0");
  EXPECT_EQ(client().run(session, "printf ok")["stdout"], "ok");
  EXPECT_EQ(client().run(session, "false")["exit_code"], 1);
  client().run(session, "mkdir /root/d; cd /root/d; rmdir /root/d");
  EXPECT_EQ(client().run(session, "printf ok")["stdout"], "ok");
  EXPECT_EQ(client().run(session, "exec >&- 2>&-; exit 4")["exit_code"], 4);
}

} // namespace

} // namespace strata::test
