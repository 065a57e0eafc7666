// SPDX-License-Identifier: MIT
// sandbox.SandboxService, as the first Strata's clients know it.
#include "tests/grpc/grpc_test.hpp"

#include <sandbox/sandbox.grpc.pb.h>

using namespace strata;
using namespace strata::test;
using grpc::StatusCode;

class grpc_seed : public grpc_test {
protected:
  std::unique_ptr<::sandbox::SandboxService::Stub> stub = ::sandbox::SandboxService::NewStub(channel());

  template <class Request> static Request named() {
    Request request;
    request.set_ownerid("alice");
    request.set_sessionid("build");
    return request;
  }
  ::sandbox::ExecResponse exec(const ::sandbox::ExecRequest& request) {
    ::sandbox::ExecResponse response;
    const auto status = stub->Exec(patient().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
};

TEST_F(grpc_seed, create_answers_ids_and_time) {
  door.answer<create_session>([](const create_session& asked) {
    session_info made;
    made.key = asked.key;
    made.created = true;
    made.created_at = wall_time{std::chrono::seconds{1}};
    return made;
  });
  ::sandbox::CreateSessionResponse response;
  ASSERT_TRUE(stub->CreateSession(patient().get(), named<::sandbox::CreateSessionRequest>(), &response).ok());
  EXPECT_EQ(response.ownerid(), "alice");
  EXPECT_EQ(response.sessionid(), "build");
  EXPECT_EQ(response.createdat(), "1970-01-01T00:00:01.000Z");
  EXPECT_TRUE(response.created());
  const auto status = stub->CreateSession(patient().get(), {}, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "owner_id and session_id are required");
  door.answer<create_session>([](const create_session&) -> result<session_info> {
    return error{errc::quota_exceeded, "max sessions (1) reached"};
  });
  EXPECT_EQ(stub->CreateSession(patient().get(), named<::sandbox::CreateSessionRequest>(), &response).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(grpc_seed, close_of_a_missing_session_is_no_failure_of_the_call) {
  ::sandbox::CloseSessionResponse response;
  ASSERT_TRUE(stub->CloseSession(patient().get(), named<::sandbox::CloseSessionRequest>(), &response).ok());
  EXPECT_TRUE(response.success());
  door.answer<close_session>([](const close_session&) -> result<close_session_response> {
    return error{errc::session_not_found, "session not found"};
  });
  ASSERT_TRUE(stub->CloseSession(patient().get(), named<::sandbox::CloseSessionRequest>(), &response).ok());
  EXPECT_FALSE(response.success());
  EXPECT_EQ(response.message(), "session not found");
}

TEST_F(grpc_seed, exec_answers_as_the_seed_and_more) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response ran;
    ran.output = {"\n hi \n\n", 7, -1};
    ran.stderr_output = {"hi", 2, -1};
    ran.elapsed_ms = 1500;
    ran.exit_code = 3;
    ran.reason = "exited";
    ran.truncated = true;
    return ran;
  });
  auto request = named<::sandbox::ExecRequest>();
  request.set_command("x");
  const auto response = exec(request);
  EXPECT_EQ(response.output(), " hi");
  EXPECT_EQ(response.elapsed(), "1.5s");
  EXPECT_TRUE(response.truncated());
  EXPECT_EQ(response.exitcode(), 3);
  EXPECT_EQ(response.stderr(), "hi");
  EXPECT_EQ(response.error(), "");
  EXPECT_EQ(door.calls<exec_request>(1).at(0).first.timeout_ms, 30'000);
  request.set_timeoutms(-5);
  exec(request);
  request.set_timeoutms(7);
  exec(request);
  const auto seen = door.calls<exec_request>(3);
  EXPECT_EQ(seen[1].first.timeout_ms, 30'000);
  EXPECT_EQ(seen[2].first.timeout_ms, 7);
}

TEST_F(grpc_seed, exec_tells_failures_in_its_answer) {
  EXPECT_EQ(exec({}).error(), "owner_id and session_id are required");
  EXPECT_EQ(exec(named<::sandbox::ExecRequest>()).error(), "command is required");
  door.answer<exec_request>([](const exec_request&) -> result<exec_response> { return error{errc::shell_busy, "busy"}; });
  auto request = named<::sandbox::ExecRequest>();
  request.set_command("x");
  EXPECT_EQ(exec(request).error(), "busy");
  EXPECT_EQ(exec(request).code(), "shell_busy");
}

TEST_F(grpc_seed, an_answer_fits_what_clients_take) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response ran;
    ran.output = {std::string(2 << 20, '\xff'), 2 << 20, -1};
    ran.stderr_output = ran.output;
    return ran;
  });
  auto request = named<::sandbox::ExecRequest>();
  request.set_command("x");
  const auto response = exec(request); // the client's own limit is gRPC's default, 4 MiB
  EXPECT_TRUE(response.truncated());
  EXPECT_GT(response.output().size(), 3U << 20);
}

TEST_F(grpc_seed, stats_count) {
  door.answer<get_stats>([](const get_stats&) { return server_stats{3, 5'000'000'000, false}; });
  ::sandbox::StatsResponse response;
  ASSERT_TRUE(stub->Stats(patient().get(), {}, &response).ok());
  EXPECT_EQ(response.activesessions(), 3);
  EXPECT_EQ(response.maxsessions(), 2147483647);
}

TEST_F(grpc_seed, shell_needs_its_ids_first) {
  auto context = patient();
  auto stream = stub->Shell(context.get());
  ::sandbox::ShellInput message;
  message.set_ownerid("alice");
  stream->Write(message);
  ::sandbox::ShellOutput output;
  EXPECT_FALSE(stream->Read(&output));
  const auto status = stream->Finish();
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "owner_id and session_id required in first message");
}

TEST_F(grpc_seed, shell_carries_the_first_messages_payload_and_tells_the_end) {
  auto log = journal::make({});
  auto typed = std::make_shared<input_stream>();
  door.answer<attach_terminal>([&](const attach_terminal&) {
    terminal_view view;
    view.output = log->follow(0, lag::skip).value();
    view.input = typed;
    return view;
  });
  auto context = patient();
  auto stream = stub->Shell(context.get());
  auto message = named<::sandbox::ShellInput>();
  message.set_stdindata("first\n");
  ASSERT_TRUE(stream->Write(message));
  std::optional<input_stream::piece> piece;
  while (!(piece = typed->take()))
    std::this_thread::yield();
  EXPECT_EQ(piece->bytes, "first\n");
  piece->taken(true);
  log->append(output_stream::merged, "\xff");
  ::sandbox::ShellOutput output;
  ASSERT_TRUE(stream->Read(&output));
  EXPECT_EQ(output.data(), "\xff");
  log->end({"exited", 0, {}, {}, 0});
  ASSERT_TRUE(stream->Read(&output));
  EXPECT_TRUE(output.closed());
  EXPECT_FALSE(stream->Read(&output));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(grpc_seed, shell_half_closed_ends_after_what_was_said) {
  auto log = journal::make({.tail_bytes = 4096});
  auto reader = log->follow(0, lag::skip).value();
  door.answer<attach_terminal>([&](const attach_terminal&) {
    terminal_view view;
    view.output = reader;
    view.input = std::make_shared<input_stream>();
    return view;
  });
  auto context = patient();
  auto stream = stub->Shell(context.get());
  ASSERT_TRUE(stream->Write(named<::sandbox::ShellInput>()));
  door.calls<attach_terminal>(1);
  log->append(output_stream::merged, "bye");
  ASSERT_TRUE(stream->WritesDone());
  ::sandbox::ShellOutput output;
  ASSERT_TRUE(stream->Read(&output));
  EXPECT_EQ(output.data(), "bye");
  EXPECT_FALSE(stream->Read(&output));
  EXPECT_TRUE(stream->Finish().ok());
}
