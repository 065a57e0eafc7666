// SPDX-License-Identifier: MIT
#include "protocols/http/byte_budget.hpp"
#include "protocols/http/header_scan.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/origin_policy.hpp"

#include <gmock/gmock.h>

using namespace strata;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using verdict = header_scan::verdict;

TEST(response_head, is_complete) {
  http_response response;
  response.headers = {{"X-A", "b"}};
  auto head = render_head(response, body_framing::length, 12, true);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 12\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-A: b\r\n"));
  EXPECT_THAT(head, testing::EndsWith("\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_THAT(render_head(response, body_framing::length, 12, false), HasSubstr("\r\nConnection: close\r\n"));
}

TEST(response_head, a_value_with_a_control_character_is_left_out) {
  for (const auto& bad : std::vector<std::string>{"a\r\nSet-Cookie: x", "a\nb", "a\rb", std::string("a\0b", 3), "a\x7f"}) {
    http_response response;
    response.headers = {{"Location", bad}, {"X-After", "there"}};
    auto head = render_head(response, body_framing::length, 0, true);
    EXPECT_THAT(head, Not(HasSubstr("Location")));
    EXPECT_THAT(head, HasSubstr("X-After: there"));
  }
}

TEST(response_head, no_content_has_neither_length_nor_type) {
  http_response response;
  response.status = 204;
  response.content_type.clear();
  auto head = render_head(response, body_framing::length, 0, true);
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, Not(HasSubstr("Content-Type")));
}

TEST(response_head, every_status_has_words) {
  for (int status :
       {200, 201, 202, 204, 400, 401, 403, 404, 405, 408, 409, 412, 413, 416, 417, 422, 429, 431, 500, 501, 502, 503, 505, 507})
    EXPECT_NE(reason_phrase(status), "Unknown") << status;
}

TEST(header_end, is_found_however_the_bytes_arrive) {
  const std::string text = "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nnext";
  for (std::size_t first = 0; first < text.size(); ++first) {
    header_scan scan;
    auto early = scan.look(std::string_view{text}.substr(0, first));
    EXPECT_EQ(early, first < text.size() - 4 ? verdict::more : verdict::complete) << first;
    if (early == verdict::more) {
      EXPECT_EQ(scan.look(text), verdict::complete);
    }
    EXPECT_EQ(scan.begin(), 2u);
    EXPECT_EQ(scan.end(), text.size() - 4);
  }
}

TEST(header_end, what_can_be_read_in_two_ways_is_malformed) {
  for (std::string bad : {"GET / HTTP/1.1\n", "GET /\r HTTP/1.1", "\n", " GET", "\tGET", "GET / HTTP/1.1\r\n X",
                          "GET / HTTP/1.1\r\nA: b\r\n\tc", "\x16\x03", "GET \x7f", "\r\n\r\n\r\n\r\n\r\n\r\n"}) {
    header_scan scan;
    EXPECT_EQ(scan.look(bad), verdict::malformed) << bad;
  }
}

TEST(byte_budget, is_taken_and_given_back) {
  byte_budget budget{100};
  {
    budget_share one{budget};
    budget_share two{budget};
    EXPECT_TRUE(one.grow(60));
    EXPECT_FALSE(two.grow(41));
    EXPECT_TRUE(two.grow(40));
    EXPECT_FALSE(one.grow(1));
    EXPECT_FALSE(one.grow(static_cast<std::size_t>(-1)));
    EXPECT_EQ(budget.taken(), 100u);
  }
  EXPECT_EQ(budget.taken(), 0u);
}

TEST(authority, is_read_as_a_host) {
  EXPECT_EQ(host_of("LocalHost:80"), "localhost");
  EXPECT_EQ(host_of("a.b.:8"), "a.b");
  EXPECT_EQ(host_of("[::1]:80"), "::1");
  EXPECT_EQ(host_of("[::1]"), "::1");
  for (auto bad : {"", ":80", "a:b", "a:1:2", "a@b", "a/b", "a b", "[::1", "[x]", "[::1]x", "a:123456", "ä"})
    EXPECT_EQ(host_of(bad), "") << bad;
}
