// SPDX-License-Identifier: MIT
#include "protocols/http/query.hpp"
#include "protocols/http/router.hpp"
#include "protocols/http/target.hpp"

#include <array>
#include <gtest/gtest.h>

using namespace strata;

TEST(target, is_split_but_not_decoded) {
  auto parts = split_target("/a/b%2Fc?x=1?y#frag");
  EXPECT_EQ(parts.path, "/a/b%2Fc");
  EXPECT_EQ(parts.query, "x=1?y");
  EXPECT_EQ(split_target("http://host:1/p?q").path, "/p");
  EXPECT_EQ(split_target("http://host").path, "/");
  EXPECT_EQ(split_target("http://host?q=1").query, "q=1");
  EXPECT_EQ(split_target("*").path, "*");
  EXPECT_EQ(split_target("").path, "");
}

TEST(target, is_decoded_exactly_once) {
  EXPECT_EQ(percent_decode("%252F"), "%2F");
  EXPECT_EQ(percent_decode("a%20b+c"), "a b+c");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode("%c3%A4"), "ä");
  for (auto broken : {"%", "%2", "%2g", "%%20", "a%"})
    EXPECT_EQ(percent_decode(broken), std::nullopt) << broken;
}

TEST(target, encoding_and_decoding_are_inverse_for_every_byte) {
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  auto encoded = percent_encode(all);
  EXPECT_EQ(encoded.find_first_of("/?# \r\n"), std::string::npos);
  EXPECT_EQ(percent_decode(encoded), all);
}

TEST(query, is_read_as_a_form) {
  EXPECT_EQ(*parse_query("a=1&b=x%20y+z&c&&=d&a=2"), (query_list{{"a", "1"}, {"b", "x y z"}, {"c", ""}, {"", "d"}, {"a", "2"}}));
  EXPECT_EQ(*parse_query(""), query_list{});
  EXPECT_EQ(*parse_query("a=%2526"), (query_list{{"a", "%26"}}));
  EXPECT_FALSE(parse_query("a=%"));
  EXPECT_FALSE(parse_query("a=%ff"));
}

TEST(query, has_a_bound) {
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "a=1&";
  EXPECT_TRUE(parse_query(many));
  EXPECT_FALSE(parse_query(many + "a=1"));
}

TEST(query, unknown_and_doubled_parameters_are_named) {
  constexpr std::array<std::string_view, 3> known{"limit", "state*", "meta."};
  EXPECT_TRUE(check_parameters({{"limit", "1"}, {"state", "a"}, {"state", "b"}, {"meta.x", ""}}, known));
  EXPECT_EQ(check_parameters({{"metadata", ""}}, known).error().code, errc::unknown_field);
  EXPECT_EQ(check_parameters({{"meta.", ""}}, known).error().code, errc::unknown_field);
  EXPECT_EQ(check_parameters({{"limit", ""}, {"limit", ""}}, known).error().message, "given more than once: limit");
  EXPECT_LT(check_parameters({{std::string(10'000, 'x'), ""}}, known).error().message.size(), 100u);
}

TEST(query, numbers_are_whole) {
  EXPECT_EQ(*read_number({{"n", "-12"}}, "n"), -12);
  EXPECT_EQ(*read_number({}, "n"), std::nullopt);
  for (auto bad : {"", "1.5", "0x1", " 1", "1 ", "99999999999999999999"})
    EXPECT_FALSE(read_number({{"n", bad}}, "n")) << bad;
}

class routing : public testing::Test {
protected:
  routing() {
    list = paths.add("GET", "/s");
    make = paths.add("POST", "/s");
    one = paths.add("GET", "/s/{a}/{b}");
    fixed = paths.add("GET", "/s/{a}/exec");
  }
  router paths;
  std::size_t list, make, one, fixed;
};

TEST_F(routing, finds_by_method_and_path) {
  EXPECT_EQ(paths.match("POST", "/s").route, make);
  EXPECT_EQ(paths.match("HEAD", "/s").route, list);
  auto found = paths.match("GET", "/s/x%2Fy/%25");
  EXPECT_EQ(found.kind, match_kind::found);
  EXPECT_EQ(found.route, one);
  EXPECT_EQ(found.parameters, (path_parameters{"x/y", "%"}));
}

TEST_F(routing, a_literal_wins_over_a_parameter_only_as_sent) {
  EXPECT_EQ(paths.match("GET", "/s/a/exec").route, fixed);
  EXPECT_EQ(paths.match("GET", "/s/a/%65xec").route, one);
}

TEST_F(routing, tells_missing_paths_from_wrong_methods) {
  for (auto path : {"", "s", "/", "/s/", "//s", "/S", "/s/a", "/s/a/", "/s//b", "/s/a/b/", "/s/a/b/c"})
    EXPECT_EQ(paths.match("GET", path).kind, match_kind::no_route) << path;
  auto wrong = paths.match("PUT", "/s");
  EXPECT_EQ(wrong.kind, match_kind::no_method);
  EXPECT_EQ(wrong.allow, "GET, HEAD, POST");
  EXPECT_EQ(paths.match("get", "/s").kind, match_kind::no_method) << "methods have a case";
}

TEST_F(routing, refuses_what_cannot_be_decoded) {
  EXPECT_EQ(paths.match("GET", "/s/%/b").kind, match_kind::bad_path);
  EXPECT_EQ(paths.match("GET", "/s/%ff/b").kind, match_kind::bad_path);
}

TEST_F(routing, a_path_of_a_thousand_segments_is_no_route) {
  std::string path;
  for (int i = 0; i < 1000; ++i)
    path += "/a";
  EXPECT_EQ(paths.match("GET", path).kind, match_kind::no_route);
}
