// SPDX-License-Identifier: MIT
// Terminals without a viewer: opened, typed into, resized and looked at, with real programs on them.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/ws_client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace strata::test {

namespace {

using testing::Contains;
using testing::HasSubstr;

class terminals : public server_test {
protected:
  std::string at(const std::string& name, const std::string& rest = "") const {
    return session.path() + "/terminals/" + name + rest;
  }
  json open(const std::string& name, const json& how = json::object()) {
    return json::parse(client().call("PUT", at(name), how.dump()).body);
  }
  void type(const std::string& name, const json& what) {
    const auto typed = client().call("POST", at(name, "/input"), what.dump(), {{"Content-Type", "application/json"}});
    EXPECT_TRUE(is_status(typed, 200)) << what;
  }
  json screen(const std::string& name, const std::string& query = "quiet_ms=50") {
    return json::parse(client().get(at(name, "/screen?" + query)).body);
  }
  /// Looks until a row has it.
  json see(const std::string& name, const std::string& text) {
    json shown;
    EXPECT_TRUE(eventually([&] {
      shown = screen(name);
      return shown["lines"].dump().find(text) != std::string::npos;
    }))
      << text << " is not in " << shown;
    return shown;
  }
};

TEST_F(terminals, are_opened_once_listed_and_closed) {
  const auto made = open("main", {{"cols", 100}, {"rows", 30}});
  EXPECT_EQ(made["created"], true);
  EXPECT_EQ(made["pty"], (json{{"cols", 100}, {"rows", 30}, {"resize", "last"}}));
  EXPECT_EQ(open("main")["created"], false);
  const auto nameless = json::parse(client().post(session.path() + "/terminals", {{"argv", {"cat"}}}).body);
  EXPECT_EQ(nameless["name"], nameless["id"]);
  const auto listed = json::parse(client().get(session.path() + "/terminals").body)["items"];
  ASSERT_EQ(listed.size(), 2U);
  const auto processes = json::parse(client().get(session.path() + "/processes?kind=terminal").body)["items"];
  ASSERT_EQ(processes.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(processes[i]["id"], listed[i]["id"]); // the rest changes as their output comes
  const auto closed = json::parse(client().call("DELETE", at("main", "?grace_ms=0")).body);
  EXPECT_EQ(closed["end"]["reason"], "killed_by_user");
  EXPECT_EQ(screen("main")["state"], "ended"); // as it was last
  EXPECT_EQ(open("main")["created"], true);
  EXPECT_TRUE(is_error(client().get(at("none")), 404, "terminal_not_found"));
  EXPECT_TRUE(is_error(client().call("PUT", at("bad%20name"), ""), 400, "invalid_argument"));
}

TEST_F(terminals, show_what_is_typed_and_what_comes_of_it) {
  open("main");
  type("main", {{"text", "echo $((40+2))."}, {"keys", {"enter"}}});
  const auto shown = see("main", "42.");
  EXPECT_EQ(shown["alternate"], false);
  EXPECT_EQ(shown["incomplete"], false);
  const auto text = client().get(at("main", "/screen?format=text")).body;
  EXPECT_THAT(text, HasSubstr("\n42.\n"));
  // Nothing changes: the wait ends, and the screen is the same.
  const auto version = see("main", "42.")["version"].get<int>();
  EXPECT_EQ(screen("main", fmt::format("version={}&wait_ms=200", version))["version"], version);
  type("main", {{"text", "clear"}, {"keys", {"enter"}}});
  EXPECT_NE(screen("main", fmt::format("version={}&wait_ms=20000", version))["version"], version);
}

TEST_F(terminals, keys_are_what_the_program_asked_for) {
  open("main");
  // DECCKM on: the cursor keys of an application
  type("main", {{"text", "printf '\\033[?1h'; echo re\"\"ady; cat -v"}, {"keys", {"enter"}}});
  see("main", "ready");
  type("main", {{"keys", {"up", "f5", "alt-x", "enter"}}});
  see("main", "^[OA^[[15~^[x");
  type("main", {{"keys", {"ctrl-c"}}});
  type("main", {{"text", "echo back"}, {"keys", {"enter"}}});
  see("main", "back");
}

TEST_F(terminals, have_the_size_of_the_last_or_the_smallest_viewer_and_tell_the_others) {
  const auto url = fmt::format("/api/ws/{}/{}/terminals/main?mode=raw&", session.owner, session.session);
  const auto told = [&](ws_client& viewer) {
    while (const auto message = viewer.receive())
      if (message->text)
        return json::parse(message->data);
    return json{};
  };
  ws_client first, second;
  EXPECT_EQ(first.open(server().port(), url + "cols=100&rows=40"), 101);
  EXPECT_EQ(told(first)["cols"], 100);
  EXPECT_EQ(second.open(server().port(), url + "cols=80&rows=50"), 101);
  EXPECT_EQ(told(second)["cols"], 80);
  EXPECT_EQ(told(first), (json{{"type", "resize"}, {"cols", 80}, {"rows", 50}}));
  EXPECT_TRUE(is_status(client().call("PATCH", at("main"), R"({"resize":"smallest"})"), 200));
  EXPECT_EQ(told(second), (json{{"type", "resize"}, {"cols", 80}, {"rows", 40}}));
  EXPECT_EQ(told(first), (json{{"type", "resize"}, {"cols", 80}, {"rows", 40}}));
  type("main",
       {{"text", "bash -c 'trap \"stty size\" WINCH; stty size; while :; do read -r -t 1 x; done'"}, {"keys", {"enter"}}});
  see("main", "40 80");
  second.close();
  see("main", "40 100");
  EXPECT_EQ(screen("main")["cols"], 100);
}

TEST_F(terminals, a_hostile_output_costs_at_most_its_own_screen) {
  open("main",
       {{"command", "head -c 3000000 /dev/urandom; printf '\\033[999999999b\\033[2147483647L\\033[65535;65535H'; sleep 7820"}});
  EXPECT_TRUE(eventually([&] { return screen("main").contains("lines"); }));
  open("other");
  type("other", {{"text", "echo alive"}, {"keys", {"enter"}}});
  see("other", "alive");
  EXPECT_TRUE(is_error(client().get(at("none", "/screen")), 404, "terminal_not_found"));
  EXPECT_TRUE(is_status(client().call("PATCH", at("other"), R"({"cols":1000,"rows":1000})"), 200));
  EXPECT_TRUE(is_error(client().get(at("other", "/screen")), 413, "too_large"));
}

/// vim, less, htop, tmux and a REPL in `strata attach`, which tmux drives: `screen` shows what it shows.
TEST_F(terminals, programs_are_the_same_attached_and_as_text) {
  const auto told = shell(
    fmt::format("/usr/bin/python3 -B {}/terminal_programs.py {} {} 2>&1", STRATA_E2E_SOURCES, server().port(), server_binary()));
  EXPECT_THAT(told.text, testing::EndsWith("ok\n")) << told.text;
}

} // namespace

} // namespace strata::test
