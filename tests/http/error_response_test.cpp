// SPDX-License-Identifier: MIT
#include "protocols/error_table.hpp"
#include "protocols/http/error_response.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace strata;

TEST(error_table, says_what_the_api_says) {
  const std::vector<std::pair<errc, int>> statuses{
    {errc::invalid_argument, 400},  {errc::unknown_field, 400},
    {errc::identity_mismatch, 400}, {errc::unauthenticated, 401},
    {errc::permission_denied, 403}, {errc::session_not_found, 404},
    {errc::shell_not_found, 404},   {errc::session_exists, 409},
    {errc::session_differs, 409},   {errc::shell_busy, 409},
    {errc::request_in_flight, 409}, {errc::etag_mismatch, 412},
    {errc::too_large, 413},         {errc::offset_out_of_range, 416},
    {errc::cwd_not_found, 422},     {errc::idempotency_mismatch, 422},
    {errc::quota_exceeded, 429},    {errc::rate_limited, 429},
    {errc::unsupported, 501},       {errc::session_lost, 502},
    {errc::overloaded, 503},        {errc::draining, 503},
    {errc::disk_full, 507},         {errc::internal, 500},
  };
  for (auto [code, status] : statuses)
    EXPECT_EQ(row_of(code).http, status) << to_string(code);
}

TEST(error_table, every_code_has_its_own_name_and_json_rpc_number) {
  std::set<std::string_view> names;
  std::set<int> numbers;
  for (int i = 0; i <= static_cast<int>(errc::internal); ++i) {
    auto code = static_cast<errc>(i);
    EXPECT_EQ(row_of(code).code, code);
    EXPECT_TRUE(names.insert(to_string(code)).second);
    EXPECT_FALSE(row_of(code).title.empty());
    auto number = row_of(code).json_rpc;
    if (row_of(code).http != 400) {
      EXPECT_TRUE(numbers.insert(number).second) << number;
    }
    EXPECT_TRUE(number == -32602 || number == -32603 || (number <= -32000 && number >= -32099));
  }
  EXPECT_FALSE(row_of(errc::session_lost).retryable) << "the work may have run";
  EXPECT_TRUE(row_of(errc::draining).retryable);
}

TEST(error_response, has_the_seeds_member_first_and_those_of_rfc_9457) {
  auto response = error_response(
    error{errc::shell_busy, "run in shell session: p1-abcd holds it", {{"holder", "p1-abcd"}, {"queued", "3"}}}, {{}, "r1"});
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.body,
            R"({"error":"run in shell session: p1-abcd holds it","code":"shell_busy","type":"urn:strata:error:shell_busy",)"
            R"("title":"shell busy","status":409,"detail":"run in shell session: p1-abcd holds it","retryable":false,)"
            R"("holder":"p1-abcd","queued":3,"request_id":"r1"})");
}

TEST(error_response, facts_cannot_replace_members) {
  auto response =
    error_response(error{errc::invalid_argument, "x", {{"status", "200"}, {"error", "none"}, {"request_id", "z"}}}, {{}, "r"});
  auto body = nlohmann::json::parse(response.body);
  EXPECT_EQ(body["status"], 400);
  EXPECT_EQ(body["error"], "x");
  EXPECT_EQ(body["request_id"], "r");
}

TEST(error_response, retry_after_is_told_where_it_helps) {
  auto header = [](const http_response& response) -> std::string {
    for (const auto& [name, value] : response.headers)
      if (name == "Retry-After")
        return value;
    return "none";
  };
  EXPECT_EQ(header(error_response(error{errc::overloaded, "x"}, {})), "1");
  EXPECT_EQ(header(error_response(error{errc::quota_exceeded, "x", {{"retry_after", "30"}}}, {})), "30");
  EXPECT_EQ(header(error_response(error{errc::quota_exceeded, "x", {{"retry_after", "1\r\nX: y"}}}, {})), "1");
  EXPECT_EQ(header(error_response(error{errc::internal, "x"}, {})), "none");
  EXPECT_EQ(header(error_response(http_fault::buffers_full, {})), "1");
}

TEST(error_response, bytes_that_are_no_text_do_not_break_it) {
  auto response = error_response(error{errc::internal, "open \xff\x01: no"}, {});
  EXPECT_FALSE(nlohmann::json::parse(response.body, nullptr, false).is_discarded());
}

TEST(error_response, problem_json_is_given_to_those_who_prefer_it) {
  EXPECT_TRUE(prefers_problem_json("application/problem+json"));
  EXPECT_TRUE(prefers_problem_json("application/json;q=0.5, application/problem+json"));
  EXPECT_TRUE(prefers_problem_json("application/problem+json, */*"));
  for (auto accept : {"", "*/*", "application/json", "application/problem+json;q=0", "application/json, application/problem+json",
                      "application/problem+json;q=0.5, application/json", "application/problem+json;q=nan", ",;,q=", "text/html"})
    EXPECT_FALSE(prefers_problem_json(accept)) << accept;
}

TEST(error_response, whether_the_work_had_begun_is_a_boolean) {
  for (const bool begun : {false, true}) {
    const auto response = error_response({errc::session_lost, "lost", {{"begun", begun ? "true" : "false"}}}, {});
    EXPECT_EQ(nlohmann::json::parse(response.body).at("begun"), nlohmann::json(begun));
  }
}
