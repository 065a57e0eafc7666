// SPDX-License-Identifier: MIT
#include "config/value_checks.hpp"

#include "config/similar.hpp"
#include "config/wrapped.hpp"

#include <gtest/gtest.h>

namespace strata {
namespace {

std::string reason(const result<void>& outcome) { return outcome ? "" : outcome.error().message; }

TEST(value_checks, paths) {
  EXPECT_EQ("", reason(check_absolute_path("/srv/strata")));
  EXPECT_EQ("is no absolute path", reason(check_absolute_path("")));
  EXPECT_EQ("is no absolute path", reason(check_absolute_path("srv")));
  EXPECT_EQ("is no path", reason(check_absolute_path(std::string_view{"/a\0b", 4})));
  EXPECT_EQ("", reason(check_absolute_path_or_nothing("")));
  EXPECT_EQ("is no absolute path", reason(check_absolute_path_or_nothing("./x")));
  EXPECT_EQ("", reason(check_path_or_nothing("-")));
}

TEST(value_checks, id_pool) {
  for (const auto* const good : {"auto", "65536-131071", "1000000-4294967294"})
    EXPECT_EQ("", reason(check_id_pool(good))) << good;
  EXPECT_EQ("is no range", reason(check_id_pool("")));
  EXPECT_EQ("is no range", reason(check_id_pool("65536")));
  EXPECT_EQ("is no range of ids", reason(check_id_pool("a-b")));
  EXPECT_EQ("is no range of ids", reason(check_id_pool("65536-4294967295")));
  EXPECT_EQ("is no range of ids", reason(check_id_pool("1--65536")));
  EXPECT_EQ("holds fewer than 65536 ids", reason(check_id_pool("65536-131070")));
  EXPECT_EQ("holds fewer than 65536 ids", reason(check_id_pool("200000-100000")));
}

TEST(value_checks, host_names) {
  for (const auto* const good : {"*", "strata.example.org", "10.0.0.1", "[fe80::1]", "my_host"})
    EXPECT_EQ("", reason(check_host_name(good))) << good;
  for (const auto* const bad : {"a:80", "http://a", "a b", "*.example.org", "::1", "[::1]:80", "a/b"})
    EXPECT_EQ("holds what is no host name", reason(check_host_name(bad))) << bad;
}

TEST(value_checks, origins) {
  for (const auto* const good : {"*", "https://ui.example.org", "http://localhost:3000", "http://[::1]:80", "http://[::1]"})
    EXPECT_EQ("", reason(check_origin(good))) << good;
  for (const auto* const bad :
       {"ui.example.org", "https://", "https://a/", "https://*", "ftp://a", "https://a:b", "https://a:1:2", "null"})
    EXPECT_EQ("holds what is no origin", reason(check_origin(bad))) << bad;
}

TEST(similar, finds_slips_and_nothing_far_fetched) {
  const std::vector<std::string> known{"sandbox.session_ttl", "sandbox.session_root", "server.addr"};
  EXPECT_EQ("sandbox.session_ttl", most_similar("sandbox.sesion_ttl", known));
  EXPECT_EQ("server.addr", most_similar("server.adr", known));
  EXPECT_EQ("", most_similar("colour", known));
  EXPECT_EQ("", most_similar(std::string(5000, 's'), known));
  EXPECT_EQ(" (did you mean server.addr?)", did_you_mean("server.addrs", known));
  EXPECT_EQ("", did_you_mean("", known));
}

TEST(wrapped, breaks_between_words_only) {
  EXPECT_EQ("", wrapped("", 10));
  EXPECT_EQ("aa bb\n  cc", wrapped("aa bb  cc", 5, "  "));
  EXPECT_EQ("a\nlongerthanthis\nb", wrapped(" a longerthanthis\nb ", 5));
}

} // namespace
} // namespace strata
