// SPDX-License-Identifier: MIT
// The client commands against the real server.
#include "tests/e2e/server_test.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class client_commands : public server_test {
protected:
  /// A line of bash in which `strata` is the program and knows the server.
  shell_answer run(const std::string& line) {
    return shell(fmt::format("strata() {{ {} \"$@\"; }}; {}", server_binary(), line),
                 {{"STRATA_ADDR", fmt::format("127.0.0.1:{}", server().port())}, {"STRATA_CONFIG", "/dev/null"}});
  }
  void expect(int exit_code, const std::string& text, const std::string& line) {
    const auto answer = run(line);
    EXPECT_EQ(exit_code, answer.exit_code) << line;
    EXPECT_EQ(text, answer.text) << line;
  }
  std::string at_terminal(const std::string& scenario) {
    return run(fmt::format("/usr/bin/python3 {}/terminal_user.py {} {} 2>&1", STRATA_E2E_SOURCES, scenario, server_binary()))
      .text;
  }
};

} // namespace

TEST_F(client_commands, exec_gives_output_and_exit_code) {
  expect(7, "out\n", "strata exec alice/build -- sh -c 'echo out; echo err >&2; exit 7' 2>/dev/null");
  expect(7, "err\n", "strata exec alice/build -- sh -c 'echo out; echo err >&2; exit 7' 2>&1 >/dev/null");
  expect(0, "a  b\n\n-x\n", "strata exec alice/build -- printf '%s\\n' 'a  b' '' -x");
  expect(0, "1\n2\n", "strata exec alice/build --merge -- sh -c 'echo 1; echo 2 >&2' 2>/dev/null");
  expect(0, "value\n", "strata exec alice/build --env A=value --cwd /tmp -- printenv A");
  expect(0, "/tmp\n", "strata exec build --owner alice --cwd /tmp -- pwd");
}

TEST_F(client_commands, exec_runs_text_in_the_session_s_shell) {
  expect(0, "", "strata exec alice/build -c 'x=kept; cd /usr'");
  expect(0, "kept /usr\n", "strata exec alice/build -c 'echo $x $PWD'");
  expect(0, "\n", "strata exec alice/build -c 'echo $x' --fresh");
  expect(0, "\n", "strata exec alice/build -c 'echo $x' --shell other");
  expect(3, "", "strata exec alice/build -c '(exit 3)'");
}

TEST_F(client_commands, exec_passes_input_on) {
  expect(0, "HELLO\n", "echo hello | strata exec alice/build -- tr a-z A-Z");
  expect(0, "", "strata exec alice/build -- cat </dev/null");
  // The program ends before its input does.
  expect(0, "1\n", "seq 100000 | strata exec alice/build -- head -1");
}

TEST_F(client_commands, exec_passes_every_byte_both_ways) {
  const auto sums =
    run("f=$(mktemp); head -c 67108864 /dev/urandom >$f; sha256sum <$f; strata exec alice/build -- cat <$f | sha256sum; rm $f")
      .text;
  ASSERT_EQ(136U, sums.size());
  EXPECT_EQ(sums.substr(0, 68), sums.substr(68));
}

TEST_F(client_commands, exec_tells_how_a_command_ended) {
  expect(137, "", "strata exec alice/build -- sh -c 'kill -9 $$'");
  expect(143, "", "strata exec alice/build -- sh -c 'kill $$'");
  expect(124, "before\n", "strata exec alice/build --timeout 300ms -- sh -c 'echo before; sleep 100'");
  expect(127, "strata: start nope: no such file or directory\n", "strata exec alice/build -- nope 2>&1");
  expect(126, "strata: start /etc/passwd: permission denied\n", "strata exec alice/build -- /etc/passwd 2>&1");
  EXPECT_EQ(141, run("strata exec alice/build -- yes | head -1 >/dev/null; exit ${PIPESTATUS[0]}").exit_code);
}

TEST_F(client_commands, exec_has_a_code_for_strata_s_own_errors) {
  for (const auto* const words :
       {"--no-create alice/none -- true", "alice/build", "--frob", "alice/build -- ", "alice/build true",
        "alice/build --timeout soon -- true", "a/b/c -- true", "--addr 127.0.0.1:1 alice/build -- true",
        "alice/build --cwd /none -- true", "alice/build -c true -- true"}) {
    const auto answer = run(fmt::format("strata exec {} 2>&1", words));
    EXPECT_EQ(125, answer.exit_code) << words;
    EXPECT_THAT(answer.text, MatchesRegex("strata: [^\n]+\n")) << words;
  }
}

TEST_F(client_commands, exec_passes_signals_on) {
  expect(
    5, "ready\ntold\n",
    "exec 3< <(strata exec alice/build -- bash -c 'trap \"echo told; exit 5\" TERM; echo ready; while :; do sleep 0.1; done'; echo \"code $?\"); "
    "read -u 3 line; echo $line; pkill -TERM -P $! 2>/dev/null || kill $!; read -u 3 line; echo $line; read -u 3 word code; exit $code");
}

TEST_F(client_commands, a_command_ends_with_its_client_unless_it_is_kept) {
  expect(
    137, "",
    "strata exec alice/build -- sh -c 'touch /tmp/begun; exec sleep 1000' & until strata exec alice/build -- test -e /tmp/begun; do :; done; kill -9 $(pgrep -P $! || echo $!); wait $!");
  expect(0, "gone\n", "for i in {1..200}; do strata exec alice/build -- pgrep -x sleep >/dev/null || { echo gone; exit; }; done");
}

TEST_F(client_commands, hands_a_command_over) {
  // The server gives a running command its grace at the end.
  setup.arguments = {"--drain-grace", "0s"};
  const auto answer = run("strata exec alice/build --wait 200ms -- sleep 1000 2>&1");
  EXPECT_EQ(0, answer.exit_code);
  EXPECT_THAT(answer.text, MatchesRegex("strata: running as p[0-9]+-[a-z0-9]+\n"));
  expect(0, "", "strata exec alice/build -- pgrep -x sleep >/dev/null");
}

TEST_F(client_commands, make_list_inspect_and_close_sessions) {
  expect(0, "alice/build\n", "strata new alice/build --meta team=core --env A=1 --ttl 5m");
  expect(1, "strata: create session alice/build: it exists\n", "strata new alice/build --if-exists fail 2>&1");
  expect(0, "alice/build\n", "strata ls -q --meta team=core");
  expect(0, "", "strata ls -q --meta team=other");
  EXPECT_THAT(run("strata ls").text, MatchesRegex("SESSION +STATE +CREATED +ACTIVE +UID\nalice/build +ready +[^\n]+\n"));
  const auto seen = nlohmann::json::parse(run("strata inspect alice/build").text);
  EXPECT_EQ("core", seen["metadata"]["team"]);
  EXPECT_EQ(300'000, seen["idle_ttl_ms"]);
  const auto rest = client().get("/api/sessions/alice/build").json();
  for (const auto& [name, value] : seen.items())
    if (name != "created" && name != "last_active_at") {
      EXPECT_EQ(rest.value(name, nlohmann::json{}), value) << name;
    }
  EXPECT_EQ(seen["uid"], nlohmann::json::parse(run("strata inspect @" + seen["uid"].get<std::string>()).text)["uid"]);
  expect(0, "1\n", "strata exec alice/build -- printenv A");
  EXPECT_THAT(run("strata stats").text, HasSubstr("active_sessions  1\n"));
  EXPECT_THAT(run("strata stats alice/build").text, HasSubstr("output_bytes"));
  expect(0, "", "strata rm alice/build");
  EXPECT_EQ(0, nlohmann::json::parse(run("strata stats --json").text)["active_sessions"]);
  EXPECT_EQ(1, run("strata rm alice/none 2>/dev/null").exit_code);
  expect(0, "", "strata rm -f alice/none");
}

TEST_F(client_commands, rm_closes_several_and_tells_of_each_that_failed) {
  run("for i in 1 2 3; do strata new bob/$i; done; strata new alice/build");
  const auto answer = run("strata rm bob/1 bob/none bob/2 2>&1");
  EXPECT_EQ(1, answer.exit_code);
  EXPECT_THAT(answer.text, MatchesRegex("strata: close bob/none: [^\n]+\n"));
  EXPECT_EQ(1, run("strata rm --all --owner bob 2>/dev/null").exit_code) << "needs -f";
  expect(0, "", "strata rm --all -f --owner bob");
  expect(0, "alice/build\n", "strata ls -q --state ready");
}

TEST_F(client_commands, cli_works_like_a_terminal_and_closes_what_it_made) {
  EXPECT_EQ("ok\n", at_terminal("works_like_a_terminal"));
  EXPECT_EQ("ok\n", at_terminal("leaves_by_keys"));
  EXPECT_EQ("ok\n", at_terminal("leaves_by_signal"));
  expect(0, "", "strata ls -q --state ready");
}

TEST_F(client_commands, cli_leaves_a_session_that_was_there) {
  expect(0, "alice/build\n", "strata new alice/build");
  EXPECT_EQ("ok\n", at_terminal("leaves_what_it_did_not_make"));
  expect(0, "alice/build\n", "strata ls -q --state ready");
  EXPECT_THAT(run("echo exit | strata cli bob/kept --keep").text, HasSubstr("the session stays"));
  expect(0, "bob/kept\nalice/build\n", "strata ls -q --state ready");
}

TEST_F(client_commands, cli_takes_a_script) {
  const auto answer = run("printf 'echo $((6 * 7))\\nexit 5\\n' | strata cli");
  EXPECT_EQ(5, answer.exit_code);
  EXPECT_THAT(answer.text, HasSubstr("User: testuser\nSession: cli-"));
  EXPECT_THAT(answer.text, HasSubstr("\r42\r\n"));
  // The end of the input ends the shell.
  EXPECT_THAT(run("echo 'echo $((6 * 7))' | strata cli; echo code $?").text, HasSubstr("Session closed\ncode 0\n"));
  expect(0, "", "strata ls -q --state ready");
}

TEST_F(client_commands, exec_gives_a_command_a_terminal) { EXPECT_EQ("ok\n", at_terminal("runs_on_a_terminal")); }

} // namespace strata::test
