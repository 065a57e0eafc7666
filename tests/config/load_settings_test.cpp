// SPDX-License-Identifier: MIT
#include "config/load_settings.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace strata {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// A settings file that is gone with the test.
class load_settings_test : public testing::Test {
protected:
  load_settings_test() {
    std::string name = testing::TempDir() + "strata-settings-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    sources_.default_file = directory_ / "strata.toml";
  }
  ~load_settings_test() override {
    std::filesystem::remove_all(directory_);
    EXPECT_FALSE(std::filesystem::exists(directory_));
  }

  void flag(const char* key, const char* value) {
    const auto* which = find_knob(key);
    ASSERT_NE(nullptr, which) << key;
    sources_.flags.push_back({which, value, which->flag()});
  }
  void variable(const char* word) { sources_.environment.emplace_back(word); }
  void file(const char* text) { std::ofstream{sources_.default_file} << text; }
  settings loaded() { return load_settings(sources_).value().values; }
  std::string refusal() {
    const auto outcome = load_settings(sources_);
    return outcome ? "" : outcome.error().message;
  }

  std::filesystem::path directory_;
  settings_sources sources_;
};

TEST_F(load_settings_test, defaults_are_the_first_stratas_but_for_safety) {
  const auto all = load_settings(sources_).value();
  EXPECT_EQ("", all.file);
  EXPECT_THAT(all.warnings, IsEmpty());
  const auto& values = all.values;
  EXPECT_THAT(values.addr, ElementsAre(socket_address{"", 2280}));
  EXPECT_FALSE(values.allow_anonymous);
  EXPECT_EQ("", values.access_log);
  EXPECT_EQ("", values.base_rootfs);
  EXPECT_EQ("/tmp/strata/sessions", values.session_root);
  EXPECT_EQ(30min, values.session_ttl);
  EXPECT_EQ(100U, values.max_sessions);
  EXPECT_EQ(0U, values.max_sessions_per_owner);
  EXPECT_EQ("none", values.network);
  EXPECT_FALSE(values.allow_host_network);
  EXPECT_EQ("auto", values.overlay_driver);
  EXPECT_EQ("auto", values.id_pool);
  EXPECT_EQ(8U << 20, values.max_body_bytes);
  EXPECT_EQ(log_level::info, values.least_level);
}

TEST_F(load_settings_test, every_knob_has_a_valid_default_and_names_of_its_own) {
  std::set<std::string> names;
  for (const auto& each : knobs()) {
    for (const auto& name : {each.key(), each.flag(), each.variable()})
      EXPECT_TRUE(names.insert(name).second) << name;
    settings room;
    EXPECT_TRUE(each.fallback.empty() || each.assign(each.fallback, room)) << each.key();
    EXPECT_FALSE(each.help.empty() || each.help.ends_with('.')) << each.key();
    EXPECT_FALSE(each.allowed.empty()) << each.key();
    EXPECT_EQ(each.kind == value_kind::switch_, each.value_name.empty()) << each.key();
  }
}

TEST_F(load_settings_test, the_first_stratas_variables_keep_their_names) {
  for (const auto* name :
       {"STRATA_SERVER_ADDR", "STRATA_SERVER_ACCESS_LOG", "STRATA_SANDBOX_BASE_ROOTFS", "STRATA_SANDBOX_SESSION_ROOT",
        "STRATA_SANDBOX_SESSION_TTL", "STRATA_SANDBOX_MAX_SESSIONS", "STRATA_SANDBOX_ISOLATE_NETWORK",
        "STRATA_SANDBOX_OVERLAY_DRIVER", "STRATA_SANDBOX_NETWORK", "STRATA_SANDBOX_MAX_SESSIONS_PER_OWNER"})
    EXPECT_TRUE(std::any_of(knobs().begin(), knobs().end(), [&](const knob& each) { return each.variable() == name; })) << name;
  variable("STRATA_SERVER_ADDR=127.0.0.1:9");
  variable("STRATA_SANDBOX_SESSION_TTL=1h30m");
  variable("STRATA_SANDBOX_OVERLAY_DRIVER=fuse");
  EXPECT_THAT(loaded().addr, ElementsAre(socket_address{"127.0.0.1", 9}));
  EXPECT_EQ(90min, loaded().session_ttl);
  EXPECT_EQ("fuse", loaded().overlay_driver);
}

TEST_F(load_settings_test, flags_win_over_environment_over_file_over_default) {
  file("[sandbox]\nmax_sessions = 1\nmax_shells = 1\nmax_fresh_execs = 1\n");
  variable("STRATA_SANDBOX_MAX_SESSIONS=2");
  variable("STRATA_SANDBOX_MAX_SHELLS=2");
  flag("sandbox.max_sessions", "3");
  const auto values = loaded();
  EXPECT_EQ(3U, values.max_sessions);
  EXPECT_EQ(2U, values.max_shells);
  EXPECT_EQ(1U, values.max_fresh_execs);
  EXPECT_EQ(256U, values.max_queued_calls);
}

TEST_F(load_settings_test, a_stronger_list_replaces_a_weaker_one) {
  file("[server]\naddr = [\":1\", \":2\"]\nallowed_hosts = [\"a\", \"b\"]\n");
  variable("STRATA_SERVER_ADDR=:3");
  flag("server.allowed_hosts", "c,d");
  const auto values = loaded();
  EXPECT_THAT(values.addr, ElementsAre(socket_address{"", 3}));
  EXPECT_THAT(values.allowed_hosts, ElementsAre("c", "d"));
}

TEST_F(load_settings_test, the_file_is_found_by_flag_then_variable_then_default) {
  file("[sandbox]\nmax_sessions = 1\n");
  EXPECT_EQ(sources_.default_file, load_settings(sources_).value().file);
  std::ofstream{directory_ / "b.toml"} << "[sandbox]\nmax_sessions = 2\n";
  std::ofstream{directory_ / "c.toml"} << "[sandbox]\nmax_sessions = 3\n";
  variable(("STRATA_CONFIG=" + (directory_ / "b.toml").string()).c_str());
  EXPECT_EQ(2U, loaded().max_sessions);
  sources_.config_file = directory_ / "c.toml";
  EXPECT_EQ(3U, loaded().max_sessions);
  sources_.config_file = "/nonexistent/strata.toml";
  EXPECT_EQ("open settings file /nonexistent/strata.toml: no such file or directory", refusal());
}

TEST_F(load_settings_test, a_malformed_value_is_refused_wherever_it_stands) {
  const std::pair<const char*, const char*> table[] = {
    {"STRATA_SANDBOX_SESSION_TTL=30", "read setting sandbox.session_ttl from STRATA_SANDBOX_SESSION_TTL: \"30\" has no unit "
                                      "(allowed: 0, or a duration from 1ms to 8760h, "
                                      "written as 500ms, 1.5s, 30m or 1h30m)"},
    {"STRATA_SANDBOX_SESSION_TTL=1us", "read setting sandbox.session_ttl from STRATA_SANDBOX_SESSION_TTL: \"1us\" is too short "
                                       "(allowed: 0, or a duration from 1ms to "
                                       "8760h, written as 500ms, 1.5s, 30m or 1h30m)"},
    {"STRATA_SANDBOX_SESSION_TTL=-5m", "read setting sandbox.session_ttl from STRATA_SANDBOX_SESSION_TTL: \"-5m\" is negative "
                                       "(allowed: 0, or a duration from 1ms to "
                                       "8760h, written as 500ms, 1.5s, 30m or 1h30m)"},
    {"STRATA_SANDBOX_MAX_SESSIONS=0", "read setting sandbox.max_sessions from STRATA_SANDBOX_MAX_SESSIONS: \"0\" is too small "
                                      "(allowed: a whole number from 1 to 1000000)"},
    {"STRATA_SANDBOX_MAX_SESSIONS=many", "read setting sandbox.max_sessions from STRATA_SANDBOX_MAX_SESSIONS: \"many\" is no "
                                         "whole number (allowed: a whole number from 1 to "
                                         "1000000)"},
    {"STRATA_SANDBOX_ISOLATE_NETWORK=yes", "read setting sandbox.isolate_network from STRATA_SANDBOX_ISOLATE_NETWORK: \"yes\" is "
                                           "neither true nor false (allowed: true or false)"},
    {"STRATA_SANDBOX_OVERLAY_DRIVER=aufs\n", "read setting sandbox.overlay_driver from STRATA_SANDBOX_OVERLAY_DRIVER: "
                                             "\"aufs\\n\" is unknown (allowed: auto, kernel, fuse or none)"},
    {"STRATA_SANDBOX_SESSION_ROOT=sessions", "read setting sandbox.session_root from STRATA_SANDBOX_SESSION_ROOT: \"sessions\" "
                                             "is no absolute path (allowed: an absolute path)"},
    {"STRATA_SERVER_ADDR=2280", "read setting server.addr from STRATA_SERVER_ADDR: \"2280\" has no port (allowed: HOST:PORT, "
                                "[IPV6]:PORT or :PORT; several with commas)"},
    {"STRATA_SERVER_ADDR=,", "read setting server.addr from STRATA_SERVER_ADDR: \",\" has an empty item (allowed: HOST:PORT, "
                             "[IPV6]:PORT or :PORT; several with "
                             "commas)"},
    {"STRATA_SERVER_MAX_BODY_BYTES=8MB", "read setting server.max_body_bytes from STRATA_SERVER_MAX_BODY_BYTES: \"8MB\" is no "
                                         "size (allowed: bytes, or a number with KiB, MiB "
                                         "or GiB, from 1KiB to 1GiB)"},
    {"STRATA_LOG_LEVEL=loud",
     "read setting log.level from STRATA_LOG_LEVEL: \"loud\" is unknown (allowed: debug, info, warn or error)"},
  };
  for (const auto& [word, expected] : table) {
    sources_.environment = {word};
    EXPECT_EQ(expected, refusal());
  }
  // An overridden value too: it was meant to be valid.
  sources_.environment = {"STRATA_SANDBOX_MAX_SESSIONS=x"};
  flag("sandbox.max_sessions", "5");
  EXPECT_THAT(refusal(), testing::StartsWith("read setting sandbox.max_sessions from STRATA_SANDBOX_MAX_SESSIONS"));
  sources_.environment.clear();
  sources_.flags.clear();
  flag("sandbox.max_sessions", "");
  EXPECT_EQ(
    "read setting sandbox.max_sessions from --max-sessions: \"\" is no whole number (allowed: a whole number from 1 to 1000000)",
    refusal());
  sources_.flags.clear();
  file("[sandbox]\nmax_sessions = 0\n");
  EXPECT_EQ("read setting sandbox.max_sessions from " + sources_.default_file
              + ", line 2: \"0\" is too small (allowed: a whole number from 1 to 1000000)",
            refusal());
}

TEST_F(load_settings_test, unknown_variables_are_named) {
  variable("STRATA_SANDBOX_MAX_SESSION=5");
  EXPECT_EQ(
    "read settings from the environment: unknown variable STRATA_SANDBOX_MAX_SESSION (did you mean STRATA_SANDBOX_MAX_SESSIONS?)",
    refusal());
  sources_.environment = {"STRATA_SERVER_ZZZZZZZZZZZZ=tcp"};
  EXPECT_EQ("read settings from the environment: unknown variable STRATA_SERVER_ZZZZZZZZZZZZ", refusal());
  sources_.environment = {"STRATA_LOG_LEVELS=info"};
  EXPECT_EQ("read settings from the environment: unknown variable STRATA_LOG_LEVELS (did you mean STRATA_LOG_LEVEL?)", refusal());
  sources_.environment = {"STRATA_MAX_SESSIONS=5", "STRATAGEM=1", "PATH=/bin", "STRATA_"};
  EXPECT_THAT(load_settings(sources_).value().warnings, ElementsAre("ignored the unknown variable STRATA_MAX_SESSIONS"));
}

TEST_F(load_settings_test, the_client_programs_variables_are_known) {
  for (const auto* word : {"STRATA_ADDR=a:1", "STRATA_API=x", "STRATA_UID=x", "STRATA_MCP=x", "STRATA_PROTO=x",
                           "STRATA_LIBEXEC=/x", "STRATA_OWNER=x", "STRATA_API_KEY=x", "STRATA_CONFIG="})
    variable(word);
  EXPECT_THAT(load_settings(sources_).value().warnings, IsEmpty());
}

TEST_F(load_settings_test, an_empty_variable_counts_as_not_set) {
  variable("STRATA_SANDBOX_MAX_SESSIONS=");
  variable("STRATA_SANDBOX_ISOLATE_NETWORK=");
  variable("STRATA_SANDBOX_SESSION_ROOT=");
  EXPECT_EQ(100U, loaded().max_sessions);
  EXPECT_EQ("none", loaded().network);
  EXPECT_EQ("/tmp/strata/sessions", loaded().session_root);
}

TEST_F(load_settings_test, isolate_network_is_the_older_word_for_network) {
  variable("STRATA_SANDBOX_ISOLATE_NETWORK=True");
  EXPECT_EQ("none", loaded().network);
  EXPECT_THAT(load_settings(sources_).value().warnings, IsEmpty());

  sources_.environment = {"STRATA_SANDBOX_ISOLATE_NETWORK=false"};
  const auto open = load_settings(sources_).value();
  EXPECT_EQ("host", open.values.network);
  EXPECT_TRUE(open.values.allow_host_network);
  EXPECT_THAT(open.warnings, ElementsAre("sessions share the host's network (STRATA_SANDBOX_ISOLATE_NETWORK is false)"));

  sources_.environment = {"STRATA_SANDBOX_ISOLATE_NETWORK=false", "STRATA_SANDBOX_NETWORK=host"};
  EXPECT_EQ("host", loaded().network);
}

TEST_F(load_settings_test, contradictions_are_refused) {
  variable("STRATA_SANDBOX_ISOLATE_NETWORK=true");
  variable("STRATA_SANDBOX_NETWORK=host");
  EXPECT_EQ(
    "read setting sandbox.isolate_network from STRATA_SANDBOX_ISOLATE_NETWORK: true contradicts sandbox.network = \"host\" from "
    "STRATA_SANDBOX_NETWORK (leave sandbox.isolate_network out)",
    refusal());
  sources_.environment = {"STRATA_SANDBOX_ISOLATE_NETWORK=0"};
  flag("sandbox.network", "none");
  EXPECT_EQ(
    "read setting sandbox.isolate_network from STRATA_SANDBOX_ISOLATE_NETWORK: false contradicts sandbox.network = \"none\" from "
    "--network (leave sandbox.isolate_network out)",
    refusal());
  sources_.environment.clear();
  sources_.flags.clear();
  flag("server.max_body_bytes", "512MiB");
  EXPECT_EQ("check settings: server.max_buffered_bytes (256MiB) is below server.max_body_bytes (512MiB)", refusal());
}

} // namespace
} // namespace strata
