// SPDX-License-Identifier: MIT
#include "protocols/grpc/status.hpp"

#include "protocols/grpc/asked.hpp"
#include "protocols/grpc/times.hpp"
#include "tests/grpc/grpc_test.hpp"

#include <future>
#include <strata/v1/session.grpc.pb.h>

using namespace strata;
using namespace strata::test;

class grpc_status : public grpc_test {};

TEST_F(grpc_status, carries_code_message_and_facts) {
  const auto status = to_status({errc::shell_busy, "the shell is busy", {{"holder", "p1-abcd"}}});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "the shell is busy");
  const auto info = detail_of<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "shell_busy");
  EXPECT_EQ(info.domain(), "strata");
  EXPECT_EQ(info.metadata().at("holder"), "p1-abcd");
  EXPECT_EQ(details_of(status).details_size(), 1);
}

TEST_F(grpc_status, tells_when_to_try_again) {
  EXPECT_EQ(
    detail_of<google::rpc::RetryInfo>(to_status({errc::quota_exceeded, "full", {{"retry_after", "7"}}})).retry_delay().seconds(),
    7);
  EXPECT_EQ(detail_of<google::rpc::RetryInfo>(to_status({errc::draining, "stopping", {}})).retry_delay().seconds(), 1);
}

TEST_F(grpc_status, never_calls_a_lost_session_unavailable) {
  EXPECT_EQ(to_status({errc::session_lost, "lost", {}}).error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(grpc_status, of_a_fault_is_told_to_the_operator) {
  std::promise<std::string> told;
  options.on_problem = [&](std::string_view what, const std::vector<log_fact>& facts) {
    told.set_value(log_line({}, log_level::warn, what, facts));
  };
  door.answer<get_session>([](const get_session&) { return error{errc::internal, "look at session: disk on fire"}; });
  auto context = patient();
  context->AddMetadata("x-request-id", "r-1");
  v1::GetSessionRequest request;
  request.mutable_session()->set_owner_id("alice");
  request.mutable_session()->set_session_id("build");
  v1::GetSessionResponse answer;
  EXPECT_EQ(v1::SessionService::NewStub(channel())->GetSession(context.get(), request, &answer).error_code(),
            grpc::StatusCode::INTERNAL);
  EXPECT_EQ(told.get_future().get(), "1970-01-01T00:00:00.000Z warn answer operation=get_session protocol=grpc request_id=r-1 "
                                     "error=\"look at session: disk on fire\"");
}

TEST_F(grpc_status, bounds_and_cleans_what_goes_into_headers) {
  const auto status = to_status({errc::internal, "\xff" + std::string(10'000, 'x'), {{"what", std::string(10'000, '\xff')}}});
  EXPECT_LE(status.error_message().size(), 2048U);
  EXPECT_LE(status.error_details().size(), 4096U);
  EXPECT_EQ(status.error_message().substr(0, 4), "\xEF\xBF\xBDx");
}

TEST(grpc_peer, is_shown_as_everywhere) {
  EXPECT_EQ(peer_text("ipv4:127.0.0.1:40000"), "127.0.0.1:40000");
  EXPECT_EQ(peer_text("ipv6:%5B::1%5D:40000"), "[::1]:40000");
}

TEST(grpc_times, round_up_to_whole_milliseconds) {
  google::protobuf::Duration duration;
  duration.set_seconds(1);
  duration.set_nanos(1'000'001);
  EXPECT_EQ(milliseconds_of(duration, "x").value(), 1002);
  duration.set_seconds(-1);
  duration.set_nanos(-500'000'000);
  EXPECT_EQ(milliseconds_of(duration, "x").value(), -1500);
  set_duration(-1500, duration);
  EXPECT_EQ(duration.seconds(), -1);
  EXPECT_EQ(duration.nanos(), -500'000'000);
}

TEST(grpc_times, refuse_what_the_format_does_not_allow) {
  for (const auto& [seconds, nanos] :
       {std::pair<std::int64_t, std::int32_t>{315'576'000'001, 0}, {INT64_MIN, 0}, {1, -1}, {-1, 1}, {0, 1'000'000'000}}) {
    google::protobuf::Duration duration;
    duration.set_seconds(seconds);
    duration.set_nanos(nanos);
    EXPECT_EQ(milliseconds_of(duration, "timeout").error().message, "timeout is no valid duration");
  }
  google::protobuf::Timestamp time;
  time.set_nanos(-1);
  EXPECT_EQ(time_of(time, "expires_at").error().message, "expires_at is no valid time");
  time.set_nanos(0);
  time.set_seconds(INT64_MAX);
  EXPECT_FALSE(time_of(time, "expires_at"));
  time.set_seconds(253'402'300'799);
  EXPECT_TRUE(time_of(time, "expires_at"));
}

TEST(grpc_times, keep_a_point_in_time) {
  google::protobuf::Timestamp stamp;
  const auto when = std::chrono::system_clock::time_point{std::chrono::milliseconds{-1500}};
  set_time(when, stamp);
  EXPECT_EQ(stamp.seconds(), -2);
  EXPECT_EQ(stamp.nanos(), 500'000'000);
  EXPECT_EQ(time_of(stamp, "x").value(), when);
}
