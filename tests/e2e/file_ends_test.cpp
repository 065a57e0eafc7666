// SPDX-License-Identifier: MIT
// Files on their way when the session or the server goes.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>

namespace strata::test {

namespace {

class file_ends : public server_test {
protected:
  /// A request whose answer nobody reads: longer than what the kernel holds for a connection.
  http_client begun(const std::string& target) {
    http_client reader{server().port()};
    reader.send("GET", session.path() + target);
    return reader;
  }
  static bool runs(std::string_view program) {
    const auto all = descendants();
    return std::any_of(all.begin(), all.end(),
                       [&](const process_view& each) { return each.name == program && each.state != 'Z'; });
  }
  /// Of the server, to a file of that name, there or gone.
  bool holds(const std::string& name) {
    for (const auto& each : std::filesystem::directory_iterator{fmt::format("/proc/{}/fd", server().pid())}) {
      std::error_code gone;
      if (std::filesystem::read_symlink(each.path(), gone).string().find(name) != std::string::npos)
        return true;
    }
    return false;
  }
};

} // namespace

TEST_F(file_ends, a_session_that_is_closed_breaks_its_downloads_off) {
  client().run(session, "head -c 200000000 /dev/zero >/root/long-download");
  auto reader = begun("/files?path=/root/long-download");
  ASSERT_TRUE(eventually([&] { return holds("long-download"); })); // in place: the file itself
  ASSERT_TRUE(is_status(client().call("DELETE", session.path()), 200));
  EXPECT_THROW(reader.receive(), std::runtime_error) << "an answer that was cut off must not look whole";
  EXPECT_TRUE(eventually([&] { return !holds("long-download"); }));
}

TEST_F(file_ends, a_killed_server_leaves_no_program_behind) {
  temporary_directory stage;
  setup.session_root = stage.path() / "sessions";
  client().run(session, "mkdir /root/tree; head -c 20000000 /dev/urandom >/root/tree/long");
  ASSERT_TRUE(client().call("POST", session.path() + "/terminals", R"({"name":"main"})").status < 300);
  ASSERT_TRUE(is_status(client().call("GET", session.path() + "/terminals/main/screen"), 200));
  const auto reader = begun("/archive?path=/root/tree");
  for (const auto* program : {"strata-files", "strata-archive", "strata-emulator"})
    ASSERT_TRUE(eventually([&] { return runs(program); })) << program;
  server().signal(SIGKILL);
  EXPECT_EQ(server().wait(), -SIGKILL);
  for (const auto* program : {"strata-files", "strata-archive", "strata-emulator"})
    EXPECT_TRUE(eventually([&] { return !runs(program); })) << program << '\n' << to_lines(descendants());
  forget_server();
  live_server next{{.arguments = {}, .environment = {}, .session_root = setup.session_root}};
  EXPECT_TRUE(eventually([&] { return next.session_files().empty(); }));
  EXPECT_EQ(next.stop(), 0);
  EXPECT_EQ(next.leftovers(), "");
}

} // namespace strata::test
