// SPDX-License-Identifier: MIT
#include "cli/operator/server_setup.hpp"

#include "cli/command_line.hpp"
#include "cli/operator/access_log.hpp"
#include "config/load_settings.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;

settings with(std::vector<std::pair<const char*, const char*>> values) {
  settings_sources sources;
  sources.default_file = "/nonexistent/strata.toml";
  for (const auto& [key, value] : values)
    sources.flags.push_back({find_knob(key), value, key});
  return load_settings(sources).value().values;
}

TEST(server_setup, defaults_are_those_of_the_layers) {
  const auto values = with({});
  const auto host = host_options_of(values);
  const host_options host_default;
  EXPECT_EQ(host_default.session_root, host.session_root);
  EXPECT_EQ(host_default.base_rootfs, host.base_rootfs);
  EXPECT_EQ(host_default.driver, host.driver);
  EXPECT_EQ(host_default.id_pool, host.id_pool);

  const auto runtime = runtime_options_of(values, "host", {});
  const runtime_options runtime_default;
  EXPECT_EQ(runtime_default.max_sessions, runtime.max_sessions);
  EXPECT_EQ(runtime_default.max_sessions_per_owner, runtime.max_sessions_per_owner);
  EXPECT_EQ(runtime_default.session_ttl, runtime.session_ttl);
  EXPECT_EQ(runtime_default.network, runtime.network);
  EXPECT_EQ(runtime_default.allow_host_network, runtime.allow_host_network);
  EXPECT_EQ(runtime_default.create_timeout, runtime.create_timeout);
  EXPECT_EQ(runtime_default.max_shells, runtime.max_shells);
  EXPECT_EQ(runtime_default.max_fresh_execs, runtime.max_fresh_execs);
  EXPECT_EQ(runtime_default.max_queued_calls, runtime.max_queued_calls);

  const auto server = server_options_of(values, {}, "host", "kernel");
  const server_options server_default;
  EXPECT_EQ(server_default.backlog, server.backlog);
  EXPECT_EQ(server_default.max_connections, server.max_connections);
  EXPECT_EQ(server_default.header_limit, server.header_limit);
  EXPECT_EQ(server_default.body_limit, server.body_limit);
  EXPECT_EQ(server_default.buffered_limit, server.buffered_limit);
  EXPECT_EQ(server_default.header_timeout, server.header_timeout);
  EXPECT_EQ(server_default.body_timeout, server.body_timeout);
  EXPECT_EQ(server_default.idle_timeout, server.idle_timeout);
  EXPECT_EQ(server_default.write_timeout, server.write_timeout);
}

TEST(server_setup, the_host_hears_what_was_set) {
  for (const auto& [word, driver] : {std::pair{"auto", overlay_driver::automatic}, std::pair{"kernel", overlay_driver::kernel},
                                     std::pair{"fuse", overlay_driver::fuse}, std::pair{"none", overlay_driver::none}})
    EXPECT_EQ(driver, host_options_of(with({{"sandbox.overlay_driver", word}})).driver);
  const auto options = host_options_of(
    with({{"sandbox.session_root", "/srv/s"}, {"sandbox.base_rootfs", "/srv/b"}, {"sandbox.id_pool", "65536-200000"}}));
  EXPECT_EQ("/srv/s", options.session_root);
  EXPECT_EQ("/srv/b", options.base_rootfs);
  EXPECT_EQ("65536-200000", options.id_pool);
}

TEST(server_setup, the_actors_hear_what_was_set) {
  const auto options = runtime_options_of(with({{"sandbox.max_sessions", "7"},
                                                {"sandbox.max_sessions_per_owner", "3"},
                                                {"sandbox.session_ttl", "0"},
                                                {"sandbox.network", "host"},
                                                {"sandbox.create_timeout", "2s"},
                                                {"sandbox.max_shells", "4"},
                                                {"sandbox.max_fresh_execs", "5"},
                                                {"sandbox.max_queued_calls", "6"},
                                                {"sandbox.memory", "1GiB"},
                                                {"sandbox.max_memory", "3GiB"},
                                                {"sandbox.pids", "0"}}),
                                          "rootfs", {"cgroup v1", "cgroup v1", ""});
  EXPECT_EQ(7U, options.max_sessions);
  EXPECT_EQ(3U, options.max_sessions_per_owner);
  EXPECT_EQ(0ms, options.session_ttl);
  EXPECT_EQ(network_mode::host, options.network);
  EXPECT_TRUE(options.allow_host_network);
  EXPECT_EQ(2s, options.create_timeout);
  EXPECT_EQ(4U, options.max_shells);
  EXPECT_EQ(5U, options.max_fresh_execs);
  EXPECT_EQ(6U, options.max_queued_calls);
  EXPECT_EQ("rootfs", options.base);
  EXPECT_EQ(std::int64_t{1} << 30, options.limits.defaults.memory_bytes);
  EXPECT_EQ(std::int64_t{3} << 30, options.limits.most.memory_bytes);
  EXPECT_EQ(std::nullopt, options.limits.defaults.pids);
  EXPECT_EQ("cgroup v1", options.limits.means.memory);
}

TEST(server_setup, the_listener_hears_what_was_set) {
  const auto options = server_options_of(with({{"server.max_connections", "9"},
                                               {"server.backlog", "8"},
                                               {"server.max_header_bytes", "2KiB"},
                                               {"server.max_body_bytes", "3KiB"},
                                               {"server.max_buffered_bytes", "2MiB"},
                                               {"server.header_timeout", "1s"},
                                               {"server.body_timeout", "2s"},
                                               {"server.idle_timeout", "3s"},
                                               {"server.write_timeout", "4s"},
                                               {"server.allowed_hosts", "a,b"},
                                               {"server.allowed_origins", "https://c"},
                                               {"sandbox.max_sessions", "7"}}),
                                         {{"127.0.0.1", 1}, {"::1", 2}}, "host", "fuse");
  EXPECT_THAT(options.addresses, ElementsAre(listen_address{"127.0.0.1", 1}, listen_address{"::1", 2}));
  EXPECT_EQ(9U, options.max_connections);
  EXPECT_EQ(8, options.backlog);
  EXPECT_EQ(2048U, options.header_limit);
  EXPECT_EQ(3072U, options.body_limit);
  EXPECT_EQ(2U << 20, options.buffered_limit);
  EXPECT_EQ(1s, options.header_timeout);
  EXPECT_EQ(2s, options.body_timeout);
  EXPECT_EQ(3s, options.idle_timeout);
  EXPECT_EQ(4s, options.write_timeout);
  EXPECT_THAT(options.allowed_hosts, ElementsAre("a", "b"));
  EXPECT_THAT(options.allowed_origins, ElementsAre("https://c"));
  EXPECT_EQ(version_text(), options.version);
  EXPECT_THAT(options.capabilities, Contains(capability{"max_sessions", std::int64_t{7}}));
  EXPECT_THAT(options.capabilities, Contains(capability{"overlay_driver", std::string{"fuse"}}));
  EXPECT_THAT(options.capabilities, Contains(capability{"host_network", false}));
}

TEST(access_log, a_line_per_request_that_no_client_can_forge) {
  const auto at = std::chrono::system_clock::from_time_t(1763928715);
  access_record answered{.request_id = "r1",
                         .peer = "[::1]:40000",
                         .method = "GET",
                         .target = "/api/stats?a=b",
                         .status = 200,
                         .sent_bytes = 21,
                         .took = 1234us,
                         .delivered = true};
  EXPECT_EQ("2025-11-23T20:11:55.000Z info http.request peer=[::1]:40000 method=GET target=\"/api/stats?a=b\" status=200 "
            "bytes=21 took_ms=1.234 "
            "request_id=r1",
            access_line(at, answered));
  answered = {
    .request_id = "", .peer = "127.0.0.1:1", .method = "", .target = "/\n2025 info forged", .status = 400, .delivered = false};
  EXPECT_EQ(
    "2025-11-23T20:11:55.000Z info http.request peer=127.0.0.1:1 method=\"\" target=\"/\\n2025 info forged\" status=400 bytes=0 "
    "took_ms=0.000 request_id=\"\" delivered=false",
    access_line(at, answered));
}

TEST(access_log, is_off_unless_asked_for) {
  EXPECT_EQ(nullptr, open_access_log("").value());
  EXPECT_NE(nullptr, open_access_log("-").value());
  EXPECT_EQ("open log file /nonexistent/log: no such file or directory", open_access_log("/nonexistent/log").error().message);
}

} // namespace
} // namespace strata
