// SPDX-License-Identifier: MIT
#include "actors/session_ids.hpp"
#include "tests/actors/scene.hpp"

/// Find or create: one sandbox per key, nobody waits for another's, nobody is forgotten.
namespace strata::test {

TEST(create, makes_a_session_and_finds_it_again) {
  scene at;
  auto first = at.call(creation());
  ASSERT_TRUE(first.succeeded());
  EXPECT_TRUE(first.value().created);
  EXPECT_EQ(first.value().state, session_state::ready);
  EXPECT_TRUE(is_uid(first.value().uid));
  EXPECT_EQ(first.value().driver, "fake");
  EXPECT_EQ(first.value().isolation.at("userns"), "yes");
  EXPECT_EQ(first.value().idle_ttl_ms, 30 * 60 * 1000);
  EXPECT_EQ(first.value().created_at, at.wall());

  auto second = at.call(creation());
  EXPECT_FALSE(second.value().created);
  EXPECT_EQ(second.value().uid, first.value().uid);
  EXPECT_EQ(at.launcher.launched(), 1u);
  at.expect_clean_end();
}

TEST(create, fifty_callers_of_one_missing_key_make_one_sandbox) {
  scene at;
  at.launcher.holds = true;
  std::vector<outcome<session_info>> creators;
  std::vector<outcome<exec_response>> execs;
  for (int i = 0; i < 25; ++i) {
    creators.push_back(at.begin(creation()));
    execs.push_back(at.begin(fresh("make")));
  }
  at.settle();
  EXPECT_EQ(at.launcher.launched(), 1u);
  at.launcher.succeed();
  at.settle();
  int made = 0;
  for (const auto& creator : creators) {
    ASSERT_TRUE(creator.succeeded());
    made += creator.value().created;
    EXPECT_EQ(creator.value().uid, creators[0].value().uid);
  }
  EXPECT_EQ(made, 1);
  for (int i = 0; i < 25; ++i)
    at.box().end("make");
  at.settle();
  for (const auto& exec : execs) {
    ASSERT_TRUE(exec.succeeded());
    EXPECT_FALSE(exec.value().session_created);
  }
  EXPECT_EQ(at.launcher.launched(), 1u);
  at.expect_clean_end();
}

TEST(create, nobody_waits_for_a_session_that_is_being_made) {
  scene at;
  at.call(creation("quick"));
  at.launcher.holds = true;
  auto slow = at.call(creation("slow"));
  auto exec = at.call(command("true", "quick"));
  at.box("quick").end("true");
  at.settle();
  EXPECT_TRUE(exec.succeeded());
  EXPECT_TRUE(at.call(list_sessions{}).succeeded());
  EXPECT_EQ(at.call(asking("slow")).value().state, session_state::creating);
  EXPECT_EQ(at.call(get_stats{}).value().active_sessions, 2);
  EXPECT_FALSE(slow.answered());
  at.launcher.succeed();
  at.settle();
  EXPECT_TRUE(slow.succeeded());
  at.expect_clean_end();
}

TEST(create, a_sandbox_that_is_not_ready_in_time_is_given_up_and_closed_when_it_comes) {
  runtime_options options;
  options.max_sessions = 1;
  scene at{options};
  at.launcher.holds = true;
  auto creator = at.call(creation());
  auto exec = at.call(command("true"));
  auto opener = at.call(opening("other"));
  at.advance(options.create_timeout - milliseconds{1});
  EXPECT_FALSE(creator.answered());
  at.advance(milliseconds{1});
  EXPECT_EQ(creator.code(), errc::internal);
  EXPECT_EQ(exec.code(), errc::internal);
  EXPECT_EQ(opener.code(), errc::internal);
  EXPECT_EQ(at.call(asking()).value().state, session_state::failed);
  EXPECT_EQ(at.call(creation("other")).code(), errc::quota_exceeded); // it may have processes
  at.launcher.succeed();
  at.settle();
  EXPECT_TRUE(at.box().closed());
  at.launcher.holds = false;
  EXPECT_TRUE(at.call(creation("other")).succeeded());
  at.expect_clean_end();
}

TEST(create, a_launch_that_fails_answers_everybody_and_frees_the_place_and_the_key) {
  runtime_options options;
  options.max_sessions = 1;
  scene at{options};
  at.launcher.holds = true;
  auto creator = at.call(creation());
  auto exec = at.call(command("true"));
  auto opener = at.call(opening("other"));
  at.launcher.fail({errc::disk_full, "make directory: no space left on device"});
  at.settle();
  EXPECT_EQ(creator.code(), errc::disk_full);
  EXPECT_EQ(exec.code(), errc::disk_full);
  EXPECT_EQ(opener.code(), errc::disk_full);
  auto failed = at.call(asking()).value();
  EXPECT_EQ(failed.state, session_state::failed);
  EXPECT_EQ(failed.closed_reason, "launch_failed");
  EXPECT_EQ(failed.state_reason, "make directory: no space left on device");
  EXPECT_EQ(at.actors(), 0u);
  at.launcher.holds = false;
  auto again = at.call(creation());
  ASSERT_TRUE(again.succeeded());
  EXPECT_TRUE(again.value().created);
  EXPECT_NE(again.value().uid, failed.uid);
  at.expect_clean_end();
}

TEST(create, a_session_that_is_closed_while_it_is_made_is_closed_when_it_comes) {
  scene at;
  at.launcher.holds = true;
  auto creator = at.call(creation());
  auto exec = at.call(command("true"));
  auto closer = at.call(closing());
  EXPECT_EQ(creator.code(), errc::session_lost);
  EXPECT_EQ(creator.fact("retryable"), "true");
  EXPECT_EQ(exec.code(), errc::session_lost);
  EXPECT_FALSE(closer.answered()); // something may still come
  at.launcher.succeed();
  at.settle();
  EXPECT_EQ(closer.value().reason, "closed_by_user");
  EXPECT_TRUE(at.box().clean_now());
  at.expect_clean_end();
}

TEST(create, an_actor_that_cannot_be_started_leaves_no_stuck_key) {
  scene at;
  at.launcher.before_each = [] { throw std::bad_alloc{}; };
  auto creator = at.begin(creation());
  EXPECT_THROW(at.settle(), std::bad_alloc); // the registry's actor catches it
  EXPECT_EQ(creator.code(), errc::draining);
  EXPECT_EQ(at.call(asking()).code(), errc::session_not_found);
  at.launcher.before_each = nullptr;
  EXPECT_TRUE(at.call(creation()).succeeded());
  at.expect_clean_end();
}

TEST(create, generates_ids_when_asked) {
  scene at;
  auto request = creation("");
  request.generate_id = true;
  auto first = at.call(request);
  auto second = at.call(request);
  ASSERT_TRUE(first.succeeded() && second.succeeded());
  EXPECT_EQ(first.value().key.session_id.substr(0, 2), "s-");
  EXPECT_EQ(first.value().key.session_id.size(), 18u);
  EXPECT_NE(first.value().key.session_id, second.value().key.session_id);
  EXPECT_TRUE(first.value().created && second.value().created);
  EXPECT_EQ(at.call(creation("")).code(), errc::invalid_argument);
  request.key.session_id = "mine";
  EXPECT_EQ(at.call(request).code(), errc::invalid_argument);
  at.expect_clean_end();
}

TEST(create, refuses_to_reuse_what_exists_or_differs) {
  runtime_options options;
  options.allow_host_network = true;
  scene at{options};
  auto made = at.call(creation());
  auto request = creation();
  request.if_exists = "fail";
  auto exists = at.call(request);
  EXPECT_EQ(exists.code(), errc::session_exists);
  EXPECT_EQ(exists.fact("session_uid"), made.value().uid);
  request = creation();
  request.network.mode = "host";
  auto differs = at.call(request);
  EXPECT_EQ(differs.code(), errc::session_differs);
  EXPECT_EQ(differs.fact("fields"), "network");
  request.network.mode = "none";
  request.base = "host";
  EXPECT_TRUE(at.call(request).succeeded());
  at.expect_clean_end();
}

TEST(create, gives_the_session_what_was_asked_for) {
  runtime_options options;
  options.allow_host_network = true;
  scene at{options};
  auto request = creation();
  request.metadata = {{"team", "blue"}};
  request.env = {{"A", "1"}, {"B", "2"}};
  request.user = "bob";
  request.network.mode = "host";
  request.idle_ttl_ms = 0;
  request.expires_in_ms = 5000;
  auto made = at.call(request);
  ASSERT_TRUE(made.succeeded());
  EXPECT_EQ(made.value().metadata, request.metadata);
  EXPECT_EQ(made.value().user, "bob");
  EXPECT_EQ(made.value().cwd, "");
  EXPECT_EQ(made.value().idle_ttl_ms, 0);
  EXPECT_EQ(made.value().expires_at, at.wall() + seconds{5});
  EXPECT_EQ(at.box().made_for.network, network_mode::host);
  EXPECT_EQ(at.box().made_for.uid, made.value().uid);

  auto exec = fresh("true");
  exec.env = {{"B", "3"}};
  at.call(exec);
  const auto& ran = at.box().ran.at(0);
  EXPECT_EQ(ran.env, (string_map{{"A", "1"}, {"B", "3"}}));
  EXPECT_EQ(ran.user, "bob");
  at.call(command("true"));
  EXPECT_EQ(at.box().opened.at(0).user, "bob");
  EXPECT_EQ(at.box().opened.at(0).env, (string_map{{"A", "1"}, {"B", "2"}}));
  at.expect_clean_end();
}

TEST(create, begins_with_an_exec_unless_told_never) {
  scene at;
  auto never = command("true");
  never.create = "never";
  EXPECT_EQ(at.call(never).code(), errc::session_not_found);
  EXPECT_EQ(at.launcher.launched(), 0u);

  auto exec = at.call(command("true"));
  at.box().end("true");
  at.settle();
  ASSERT_TRUE(exec.succeeded());
  EXPECT_TRUE(exec.value().session_created);
  EXPECT_EQ(exec.value().session_uid, at.box().made_for.uid);
  never.command = "again";
  auto again = at.call(never);
  at.box().end("again");
  at.settle();
  EXPECT_FALSE(again.value().session_created);
  EXPECT_TRUE(at.call(opening("x", "new one")).value().created);
  // What looks or acts makes nothing.
  EXPECT_EQ(at.call(asking("no")).code(), errc::session_not_found);
  EXPECT_EQ(at.call(change("no")).code(), errc::session_not_found);
  EXPECT_EQ(at.call(closing("no")).code(), errc::session_not_found);
  EXPECT_EQ(at.call(shell_listing("no")).code(), errc::session_not_found);
  EXPECT_EQ(at.call(shell_closing("session", "no")).code(), errc::session_not_found);
  EXPECT_EQ(at.call(get_session_stats{{key("no"), {}}}).code(), errc::session_not_found);
  EXPECT_EQ(at.launcher.launched(), 2u);
  at.expect_clean_end();
}

TEST(create, keys_do_not_run_into_each_other) {
  scene at;
  std::set<std::string> uids;
  for (auto [owner, session] :
       {std::pair{"a:b", "c"}, {"a", "b:c"}, {"a/b", "c"}, {"a", "b/c"}, {".", "x"}, {"x", "."}, {"rootfs", "..%2f"}})
    uids.insert(at.call(creation(session, owner)).value().uid);
  EXPECT_EQ(uids.size(), 7u);
  at.expect_clean_end();
}

TEST(create, many_waiting_callers_are_limited) {
  runtime_options options;
  options.max_queued_calls = 3;
  options.max_shells = 2;
  scene at{options};
  at.launcher.holds = true;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(at.call(creation()).answered());
    EXPECT_FALSE(at.call(command("true")).answered());
  }
  EXPECT_EQ(at.call(creation()).code(), errc::overloaded);
  EXPECT_EQ(at.call(command("true")).code(), errc::overloaded);
  EXPECT_FALSE(at.call(opening("a")).answered());
  EXPECT_FALSE(at.call(opening("b")).answered());
  EXPECT_FALSE(at.call(opening("c")).answered());
  EXPECT_EQ(at.call(opening("d")).code(), errc::overloaded);
  at.launcher.succeed();
  at.expect_clean_end();
}

} // namespace strata::test
