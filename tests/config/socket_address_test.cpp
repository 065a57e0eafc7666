// SPDX-License-Identifier: MIT
#include "config/socket_address.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Truly;

TEST(socket_address, is_read_and_shown) {
  const std::pair<std::string_view, socket_address> table[] = {
    {":2280", {"", 2280}},
    {":0", {"", 0}},
    {"localhost:80", {"localhost", 80}},
    {"127.0.0.1:65535", {"127.0.0.1", 65535}},
    {"[::1]:2280", {"::1", 2280}},
    {"[::]:1", {"::", 1}},
    {"a-b.example:5", {"a-b.example", 5}},
  };
  for (const auto& [text, expected] : table) {
    const auto parsed = parse_socket_address(text);
    ASSERT_TRUE(parsed) << text << ' ' << parsed.error().message;
    EXPECT_EQ(expected, *parsed);
    EXPECT_EQ(text, to_string(*parsed));
  }
}

TEST(socket_address, is_refused_with_the_reason) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"", "has no port"},
    {"localhost", "has no port"},
    {"[::1]", "has no port"},
    {"a:", "has no port from 0 to 65535"},
    {"a:65536", "has no port from 0 to 65535"},
    {"a:-1", "has no port from 0 to 65535"},
    {"a:http", "has no port from 0 to 65535"},
    {"::1:2280", "has an IPv6 address without brackets"},
    {"[]:1", "has an IPv6 address without brackets"},
    {"a b:1", "has no valid host"},
    {"http://a:1", "has an IPv6 address without brackets"},
    {"a/b:1", "has no valid host"},
    {std::string_view{"a\0b:1", 5}, "has no valid host"},
  };
  for (const auto& [text, reason] : table) {
    const auto parsed = parse_socket_address(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(reason, parsed.error().message) << text;
  }
}

TEST(socket_address, knows_loopback) {
  for (const auto* const host : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  for (const auto* const host :
       {"0.0.0.0", "128.0.0.1", "10.127.0.1", "::", "::2", "fe80::1", "::ffff:10.0.0.1", "localhost", ""})
    EXPECT_FALSE(is_loopback({host, 1})) << host;
}

TEST(socket_address, a_port_alone_means_loopback_and_never_every_interface) {
  for (const bool anyone_may : {false, true}) {
    const auto found = resolve_addresses({{"", 2280}}, anyone_may).value();
    EXPECT_THAT(found, AnyOf(ElementsAre(socket_address{"127.0.0.1", 2280}, socket_address{"::1", 2280}),
                             ElementsAre(socket_address{"127.0.0.1", 2280})));
  }
}

TEST(socket_address, names_are_resolved_and_doubles_dropped) {
  const auto found = resolve_addresses({{"localhost", 7}, {"127.0.0.1", 7}, {"127.0.0.1", 8}}, false).value();
  EXPECT_THAT(found, Contains(socket_address{"127.0.0.1", 7}).Times(1));
  EXPECT_THAT(found, Contains(socket_address{"127.0.0.1", 8}).Times(1));
  EXPECT_THAT(found, Each(Truly(is_loopback)));
}

TEST(socket_address, others_than_loopback_need_leave) {
  for (const auto* const host : {"0.0.0.0", "::", "192.0.2.1"}) {
    const auto refused = resolve_addresses({{"127.0.0.1", 5}, {host, 5}}, false);
    ASSERT_FALSE(refused) << host;
    EXPECT_EQ(
      "listen on " + to_string(socket_address{host, 5})
        + ": not a loopback address, and without API keys everybody who reaches it may run commands (add --allow-anonymous "
          "if that is what you want)",
      refused.error().message);
    EXPECT_THAT(resolve_addresses({{host, 5}}, true).value(), ElementsAre(socket_address{host, 5}));
  }
}

TEST(socket_address, an_unknown_name_is_named) {
  const auto refused = resolve_addresses({{"no-such-host.invalid", 5}}, true);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::StartsWith("resolve \"no-such-host.invalid\": "));
}

} // namespace
} // namespace strata
