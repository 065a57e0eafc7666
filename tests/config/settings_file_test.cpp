// SPDX-License-Identifier: MIT
#include "config/settings_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace strata {
namespace {

std::string reason(std::string_view text) {
  const auto parsed = parse_settings_file(text, "/x.toml");
  return parsed ? "" : parsed.error().message;
}

TEST(settings_file, gives_values_as_flags_would) {
  const auto values = parse_settings_file("[server]\naddr = [\"127.0.0.1:1\", \":2\"]\nallow_anonymous = true\n\n[sandbox]\n"
                                          "max_sessions = 1_000\nsession_ttl = \"5m\"\n[server.x]\n",
                                          "/x.toml");
  EXPECT_FALSE(values); // [server.x]
  const auto good =
    parse_settings_file("[server]\naddr = [\"127.0.0.1:1\", \":2\"]\nallow_anonymous = true\nmax_body_bytes = 4096\n"
                        "[sandbox]\nmax_sessions = 1_000\nsession_ttl = \"5m\"\n",
                        "/x.toml")
      .value();
  std::map<std::string, std::pair<std::string, std::string>> seen;
  for (const auto& each : good)
    seen[each.which->key()] = {each.value, each.origin};
  const std::map<std::string, std::pair<std::string, std::string>> expected{
    {"server.addr", {"127.0.0.1:1,:2", "/x.toml, line 2"}}, {"server.allow_anonymous", {"true", "/x.toml, line 3"}},
    {"server.max_body_bytes", {"4096", "/x.toml, line 4"}}, {"sandbox.max_sessions", {"1000", "/x.toml, line 6"}},
    {"sandbox.session_ttl", {"5m", "/x.toml, line 7"}},
  };
  EXPECT_EQ(expected, seen);
}

TEST(settings_file, names_what_is_unknown) {
  EXPECT_EQ("read settings from /x.toml, line 2: unknown setting sandbox.sesion_ttl (did you mean sandbox.session_ttl?)",
            reason("[sandbox]\nsesion_ttl = \"5m\""));
  EXPECT_EQ("read settings from /x.toml, line 1: unknown setting colour", reason("colour = 1"));
  EXPECT_EQ("read settings from /x.toml, line 2: unknown setting kitchen.sink", reason("[kitchen]\nsink = 1"));
  EXPECT_EQ("read settings from /x.toml, line 1: unknown setting a\\nb", reason("\"a\\nb\" = 1"));
}

TEST(settings_file, names_a_value_of_the_wrong_type) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"[sandbox]\nmax_sessions = \"100\"",
     "sandbox.max_sessions from /x.toml, line 2: wrong type of value (write a number without quotes)"},
    {"[sandbox]\nmax_sessions = 1.5",
     "sandbox.max_sessions from /x.toml, line 2: wrong type of value (write a number without quotes)"},
    {"[sandbox]\nsession_ttl = 30", "sandbox.session_ttl from /x.toml, line 2: wrong type of value (write text such as \"30m\")"},
    {"[sandbox]\nisolate_network = \"yes\"",
     "sandbox.isolate_network from /x.toml, line 2: wrong type of value (write true or false without quotes)"},
    {"[sandbox]\nsession_root = true", "sandbox.session_root from /x.toml, line 2: wrong type of value (write text in quotes)"},
    {"[server]\nallowed_hosts = [1]", "server.allowed_hosts from /x.toml, line 2: wrong type of value (write an array of texts)"},
    {"[server]\nallowed_hosts = [\"a,b\"]",
     "server.allowed_hosts from /x.toml, line 2: wrong type of value (write an array of texts)"},
    {"[server]\nmax_body_bytes = 1e6",
     "server.max_body_bytes from /x.toml, line 2: wrong type of value (write a number, or text such as \"8MiB\")"},
  };
  for (const auto& [text, expected] : table)
    EXPECT_EQ("read setting " + std::string{expected}, reason(text));
}

TEST(settings_file, says_where_it_is_no_toml) {
  EXPECT_THAT(reason("[server]\naddr ="), testing::StartsWith("read settings from /x.toml, line 2: "));
  EXPECT_THAT(reason("\xff\xfe"), testing::StartsWith("read settings from /x.toml, line 1: "));
  EXPECT_THAT(reason("[server]\nbacklog = 1\nbacklog = 2"), testing::StartsWith("read settings from /x.toml, line 3: "));
}

TEST(settings_file, may_be_missing_only_where_nobody_asked_for_it) {
  const std::string path = "/nonexistent/strata.toml";
  EXPECT_FALSE(read_settings_file(path, true).value());
  EXPECT_EQ("open settings file /nonexistent/strata.toml: no such file or directory",
            read_settings_file(path, false).error().message);
  EXPECT_EQ("read settings from /: is a directory", read_settings_file("/", true).error().message);
}

TEST(settings_file, is_bounded) {
  EXPECT_EQ("read settings from /dev/zero: larger than 1 MiB", read_settings_file("/dev/zero", false).error().message);
}

} // namespace
} // namespace strata
