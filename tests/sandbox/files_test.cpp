// SPDX-License-Identifier: MIT
// strata-files within a real sandbox.
#include "tests/files/file_worker.hpp"
#include "tests/sandbox/live_sandbox.hpp"

#include <cerrno>
#include <filesystem>

namespace strata::test {

namespace {

using wire::files_message;

result<opened_files> try_open(live_sandbox& box, const std::string& user = {}) {
  std::promise<result<opened_files>> coming;
  auto opened = coming.get_future();
  box.box().open_files(user, [&](result<opened_files> got) { coming.set_value(std::move(got)); });
  return wait_for(opened);
}

worker_alone open(live_sandbox& box, const std::string& user = {}) { return worker_alone{try_open(box, user).value().socket}; }

worker_answer stat(worker_alone& worker, const std::string& path) {
  return worker.call(files_message::stat, wire::files_stat{path});
}

} // namespace

TEST(live_files, are_the_sessions_own) {
  live_sandbox box;
  auto worker = open(box);
  const auto outside = "/tmp/strata-outside-" + std::to_string(::getpid());
  EXPECT_TRUE(worker.write({.path = outside}, "inside").is(files_message::info));
  EXPECT_FALSE(std::filesystem::exists(outside));
  ASSERT_FALSE(box.open_shell());
  EXPECT_EQ(box.run("cat " + outside).end.output.out.data, "inside");
  EXPECT_EQ(box.run("echo more >>" + outside + "; ln -s / /tmp/root; ln -s ../../../../../../etc/hostname /tmp/up").end.exit_code,
            0);
  EXPECT_EQ(worker.read({outside}).data, "insidemore\n");
  // Links lead to the session's root, never to the host's.
  EXPECT_EQ(worker.read({"/tmp/root" + outside}).data, "insidemore\n");
  EXPECT_TRUE(stat(worker, "/tmp/root/../../proc/1/root/../../../../..").is(files_message::failure)
              || stat(worker, "/proc/1/root").is(files_message::failure)); // the agent's is not to be looked into
  EXPECT_EQ(worker.read({"/tmp/up"}).data, box.run("cat /etc/hostname").end.output.out.data);
}

TEST(live_files, begin_at_the_home_of_their_user) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  auto worker = open(box);
  EXPECT_TRUE(worker.write({.path = "here"}, "1").is(files_message::info));
  EXPECT_TRUE(worker.write({.path = "~/there"}, "2").is(files_message::info));
  EXPECT_EQ(box.run("cat ~/here ~/there").end.output.out.data, "12");
  if (box.single_id())
    return;
  EXPECT_EQ(box.run("echo 'bob:x:1234:1234::/home/bob:/bin/sh' >>/etc/passwd; mkdir -p /home/bob; chown 1234:1234 /home/bob")
              .end.exit_code,
            0);
  auto bobs = open(box, "bob");
  const auto made = bobs.write({.path = "~/mine"}, "3");
  EXPECT_EQ(made.info.uid, 1234U);
  EXPECT_EQ(made.info.path, "/home/bob/mine");
  EXPECT_TRUE(open(box, "bob").write({.path = "/root/x"}, "4").failed(EACCES));
  EXPECT_TRUE(open(box, "1234").write({.path = "/etc/passwd"}, "4").failed(EACCES));
  const auto unknown = try_open(box, "nobody-knows");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::user_not_found);
}

TEST(live_files, work_when_nothing_else_does) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  box.run("rm -rf /bin /lib /lib32 /lib64 /libx32 /sbin /etc /root; echo gone >/tmp/gone");
  EXPECT_TRUE(box.run(box.spec("true", "")).refused); // no loader is there any more
  auto worker = open(box);
  EXPECT_EQ(worker.read({"/tmp/gone"}).data, "gone\n");
  EXPECT_TRUE(worker.write({.path = "/bin/note", .parents = true}, "back").is(files_message::info));
  EXPECT_EQ(worker.read({"/bin/note"}).data, "back");
  EXPECT_TRUE(worker.call(files_message::remove, wire::files_remove{"/bin", true}).is(files_message::done));
}

TEST(live_files, programs_for_them_end_with_their_sockets_and_with_the_session) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  const auto count = [&] { return box.run("grep -l '^strata-files' /proc/[0-9]*/comm 2>/dev/null | wc -l").end.output.out.data; };
  auto first = open(box), second = open(box);
  EXPECT_TRUE(stat(first, "/").is(files_message::info));
  EXPECT_EQ(count(), "2\n");
  first.hang_up();
  while (count() != "1\n") {
  }
  EXPECT_TRUE(stat(second, "/").is(files_message::info));
  box.close(); // and the fixture looks for what is left
}

TEST(live_files, a_program_for_them_that_is_killed_hangs_up) {
  live_sandbox box;
  ASSERT_FALSE(box.open_shell());
  auto worker = open(box);
  EXPECT_TRUE(stat(worker, "/").is(files_message::info));
  box.run("pkill -9 -x strata-files; true");
  EXPECT_EQ(stat(worker, "/").what, files_message{});
  auto next = open(box);
  EXPECT_TRUE(stat(next, "/").is(files_message::info));
}

} // namespace strata::test
