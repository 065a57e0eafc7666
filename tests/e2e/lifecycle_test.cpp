// SPDX-License-Identifier: MIT
// How a server starts, stops, refuses to share its session root and cleans up after one that was killed.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class lifecycle : public server_test {};

TEST_F(lifecycle, sigterm_lets_a_running_command_end_and_takes_no_new_work) {
  setup.arguments = {"--drain-grace", "30s"};
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto caller = another_client();
  auto late = another_client();
  ASSERT_TRUE(is_status(late.get("/readyz"), 200));
  caller.send_exec(session, "sh -c 'until [ -e /tmp/go ]; do sleep 0.02; done' mark-drain; echo done");
  ASSERT_TRUE(eventually([] { return find_descendant("mark-drain").has_value(); }));
  server().signal(SIGTERM);
  // The connection that was there is told; a new one may be refused.
  EXPECT_TRUE(eventually([&] {
    try {
      return late.get("/readyz").status == 503;
    } catch (const std::runtime_error&) {
      return true; // hung up on: it takes no more
    }
  }));
  // sh is ended from the host, as one that ends by itself would; the command goes on to its last word.
  const auto waiting = find_descendant("mark-drain");
  ASSERT_TRUE(waiting);
  ASSERT_EQ(::kill(waiting->pid, SIGKILL), 0);
  auto answer = caller.receive();
  ASSERT_TRUE(is_status(answer, 200));
  EXPECT_EQ(answer.json()["stdout"], "done\n");
  EXPECT_EQ(server().wait(), 0);
}

TEST_F(lifecycle, a_command_that_outlives_the_grace_is_ended_and_its_caller_told) {
  setup.arguments = {"--drain-grace", "300ms"};
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto caller = another_client();
  caller.send_exec(session, "trap '' TERM; echo begun; sleep 7801");
  ASSERT_TRUE(eventually([] { return find_descendant("sleep 7801").has_value(); }));
  server().signal(SIGINT);
  auto answer = caller.receive();
  if (answer.status == 200) {
    EXPECT_EQ(answer.json()["reason"], "session_closed") << answer.body;
  } else {
    EXPECT_TRUE(is_error(answer, 503, "draining"));
  }
  EXPECT_EQ(server().wait(), 0);
}

TEST_F(lifecycle, an_orderly_stop_leaves_nothing_that_its_user_cannot_delete) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  server().signal(SIGTERM);
  EXPECT_EQ(server().wait(), 0);
  std::error_code failure;
  fs::remove_all(server().session_root(), failure);
  EXPECT_FALSE(failure) << failure.message();
}

TEST_F(lifecycle, new_work_on_an_open_connection_is_refused_while_draining) {
  setup.arguments = {"--drain-grace", "30s"};
  ASSERT_TRUE(is_status(client().create(session), 200));
  auto caller = another_client();
  caller.send_exec(session, "sh -c 'sleep 7802' mark-held; echo done");
  ASSERT_TRUE(eventually([] { return find_descendant("sleep 7802").has_value(); }));
  server().signal(SIGTERM);
  bool refused = false;
  EXPECT_TRUE(eventually([&] {
    try {
      auto answer = another_client().create({"late", "one"});
      refused = answer.status == 503;
    } catch (const std::runtime_error&) {
      refused = true;
    }
    return refused;
  }));
  ::kill(find_descendant("sleep 7802")->pid, SIGKILL);
  EXPECT_TRUE(is_status(caller.receive(), 200));
  EXPECT_EQ(server().wait(), 0);
}

TEST_F(lifecycle, two_servers_on_one_root_are_refused) {
  ASSERT_TRUE(is_status(client().create(session), 200));
  try {
    live_server second{{.arguments = {}, .environment = {}, .session_root = server().session_root()}};
    ADD_FAILURE() << "a second server started on the same session root";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), HasSubstr(server().session_root().string()));
    EXPECT_THAT(refused.what(), HasSubstr("in use"));
  }
  EXPECT_EQ(client().output(session, "echo unharmed", {{"create", "never"}}), "unharmed");
}

TEST_F(lifecycle, a_killed_servers_sessions_are_cleaned_up_by_the_next_one) {
  temporary_directory stage;
  setup.session_root = stage.path() / "sessions";
  client().run(session, "echo bytes >/root/file; mkdir -m 0 /root/closed; setsid sleep 7803 & sleep 7804 &");
  ASSERT_TRUE(is_status(client().create({"bob", "idle"}), 200));
  server().signal(SIGKILL);
  EXPECT_EQ(server().wait(), -SIGKILL);
  EXPECT_FALSE(server().session_files().empty());
  forget_server();

  {
    live_server next{{.arguments = {}, .environment = {}, .session_root = setup.session_root}};
    EXPECT_TRUE(eventually([&] { return next.session_files().empty(); }));
    EXPECT_FALSE(find_descendant("sleep 7803").has_value());
    EXPECT_FALSE(find_descendant("sleep 7804").has_value());
    rest_client fresh{next.port()};
    EXPECT_EQ(fresh.output(session, "ls -a /root | grep -c file"), "0");
    EXPECT_EQ(next.stop(), 0);
    EXPECT_EQ(next.leftovers(), "");
  }
}

TEST_F(lifecycle, the_session_root_is_private_and_never_a_link) {
  temporary_directory stage;
  fs::create_directory(stage.path() / "target");
  fs::create_directory_symlink(stage.path() / "target", stage.path() / "link");
  EXPECT_THROW((live_server{{.arguments = {}, .environment = {}, .session_root = stage.path() / "link"}}), std::runtime_error);
  EXPECT_TRUE(fs::is_empty(stage.path() / "target"));
  ASSERT_TRUE(is_status(client().create(session), 200));
  EXPECT_EQ(fs::status(server().session_root()).permissions() & fs::perms::all, fs::perms::owner_all);
}

TEST_F(lifecycle, connections_beyond_the_limit_are_refused_and_idle_ones_closed) {
  setup.arguments = {"--max-connections", "3", "--idle-timeout", "1s"};
  auto first = another_client();
  auto second = another_client();
  EXPECT_TRUE(is_status(first.get("/healthz"), 200));
  EXPECT_TRUE(is_status(second.get("/healthz"), 200));
  std::vector<std::unique_ptr<http_client>> more;
  int refused = 0;
  for (int i = 0; i < 4; ++i) {
    more.push_back(std::make_unique<http_client>(server().port()));
    try {
      refused += more.back()->call("GET", "/healthz").status == 503 ? 1 : 0;
    } catch (const std::runtime_error&) {
      ++refused; // hung up on before the request was read
    }
  }
  EXPECT_GE(refused, 3);
  EXPECT_TRUE(first.is_closed_by_peer()) << "idle for too long";
}

} // namespace

} // namespace strata::test
