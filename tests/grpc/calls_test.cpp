// SPDX-License-Identifier: MIT
// The unary calls of strata.v1.
#include "tests/grpc/grpc_test.hpp"

#include <strata/v1/session.grpc.pb.h>
#include <strata/v1/shell.grpc.pb.h>

using namespace strata;
using namespace strata::test;
using grpc::StatusCode;
using testing::ElementsAre;
using testing::Pair;

class grpc_calls : public grpc_test {
protected:
  std::shared_ptr<grpc::Channel> by = channel();
  std::unique_ptr<v1::SessionService::Stub> sessions = v1::SessionService::NewStub(by);
  std::unique_ptr<v1::ShellService::Stub> shells = v1::ShellService::NewStub(by);

  static void name(v1::SessionRef& ref) {
    ref.set_owner_id("alice");
    ref.set_session_id("build");
  }
  static v1::ExecRequest exec(std::string command = "true") {
    v1::ExecRequest request;
    name(*request.mutable_session());
    request.set_command(std::move(command));
    return request;
  }
  grpc::Status run(const v1::ExecRequest& request, v1::ExecResponse* into = nullptr) {
    v1::ExecResponse response;
    return shells->Exec(patient().get(), request, into != nullptr ? into : &response);
  }
};

TEST_F(grpc_calls, create_carries_every_field) {
  door.answer<create_session>([](const create_session& asked) {
    session_info made;
    made.key = asked.key;
    made.uid = "u";
    made.created = true;
    made.state = session_state::ready;
    made.metadata = asked.metadata;
    made.counts = {{"running", "3"}};
    made.limits.pids = 9;
    made.idle_ttl_ms = 1500;
    made.cwd = "/\xff";
    return made;
  });
  v1::CreateSessionRequest request;
  name(*request.mutable_session());
  request.set_if_exists(v1::CreateSessionRequest::IF_EXISTS_FAIL);
  (*request.mutable_metadata())["team"] = "x";
  (*request.mutable_env())["A"] = "1";
  request.mutable_network()->set_mode("none");
  request.set_user("bob");
  request.set_cwd("/srv");
  request.mutable_idle_ttl()->set_seconds(60);
  request.mutable_expires_in()->set_nanos(5'000'000);
  v1::CreateSessionResponse response;
  const auto status = sessions->CreateSession(patient().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const auto seen = door.calls<create_session>(1).at(0).first;
  EXPECT_EQ(seen.key, (session_key{"alice", "build"}));
  EXPECT_EQ(seen.if_exists, "fail");
  EXPECT_THAT(seen.metadata, ElementsAre(Pair("team", "x")));
  EXPECT_THAT(seen.env, ElementsAre(Pair("A", "1")));
  EXPECT_EQ(seen.network.mode, "none");
  EXPECT_EQ(seen.user, "bob");
  EXPECT_EQ(seen.cwd, "/srv");
  EXPECT_EQ(seen.idle_ttl_ms, 60'000);
  EXPECT_EQ(seen.expires_in_ms, 5);
  const auto& session = response.session();
  EXPECT_EQ(session.owner_id(), "alice");
  EXPECT_TRUE(session.created());
  EXPECT_EQ(session.state(), v1::SESSION_STATE_READY);
  EXPECT_EQ(session.counts().at("running"), 3);
  EXPECT_EQ(session.limits().pids(), 9);
  EXPECT_FALSE(session.limits().has_memory_bytes());
  EXPECT_EQ(session.idle_ttl().nanos(), 500'000'000);
  EXPECT_EQ(session.cwd(), "/\xEF\xBF\xBD");
}

TEST_F(grpc_calls, list_and_update_carry_every_field) {
  door.answer<list_sessions>([](const list_sessions&) { return session_page{{session_info{}, session_info{}}, "more"}; });
  v1::ListSessionsRequest list;
  list.set_owner_id("alice");
  list.add_states(v1::SESSION_STATE_READY);
  list.add_states(v1::SESSION_STATE_CLOSED);
  list.set_order(v1::ListSessionsRequest::ORDER_OLDEST_FIRST);
  list.set_page_size(2);
  list.mutable_created_after()->set_seconds(1);
  v1::ListSessionsResponse page;
  ASSERT_TRUE(sessions->ListSessions(patient().get(), list, &page).ok());
  EXPECT_EQ(page.sessions_size(), 2);
  EXPECT_EQ(page.next_page_token(), "more");
  const auto seen = door.calls<list_sessions>(1).at(0).first;
  EXPECT_THAT(seen.states, ElementsAre(session_state::ready, session_state::closed));
  EXPECT_FALSE(seen.newest_first);
  EXPECT_EQ(seen.limit, 2);
  EXPECT_EQ(seen.created_after, wall_time{std::chrono::seconds{1}});

  v1::UpdateSessionRequest update;
  update.mutable_session()->set_uid("abcdefghij0123456789");
  (*update.mutable_metadata())["keep"].set_value("");
  (*update.mutable_metadata())["drop"];
  update.set_never_expires(true);
  v1::UpdateSessionResponse updated;
  ASSERT_TRUE(sessions->UpdateSession(patient().get(), update, &updated).ok());
  const auto change = door.calls<update_session>(1).at(0).first;
  EXPECT_EQ(change.session.expect_uid, "abcdefghij0123456789");
  EXPECT_THAT(change.metadata, ElementsAre(Pair("drop", std::nullopt), Pair("keep", std::optional<std::string>{""})));
  EXPECT_TRUE(change.expires_given);
  EXPECT_FALSE(change.expires_at);
}

TEST_F(grpc_calls, exec_carries_every_field_and_answers_in_bytes) {
  door.answer<exec_request>([](const exec_request&) {
    exec_response ran;
    ran.id = "p1-abcd";
    ran.exit_code = 0;
    ran.stdout_output = {std::string{"\0\xff", 2}, 10, 1};
    ran.shell = "session";
    return ran;
  });
  auto request = exec("make");
  request.set_stdin(std::string{"\0\xfe", 2});
  request.mutable_timeout()->set_seconds(2);
  request.mutable_wait()->set_seconds(1);
  request.set_merge(true);
  request.set_create(v1::CREATE_MODE_NEVER);
  request.set_on_disconnect(v1::ON_DISCONNECT_KEEP);
  v1::ExecResponse response;
  ASSERT_TRUE(run(request, &response).ok());
  const auto [seen, context] = door.calls<exec_request>(1).at(0);
  EXPECT_EQ(seen.command, "make");
  EXPECT_EQ(seen.stdin_data, (std::string{"\0\xfe", 2}));
  EXPECT_EQ(seen.timeout_ms, 2000);
  EXPECT_EQ(seen.wait_ms, 1000);
  EXPECT_EQ(seen.shell, "session");
  EXPECT_TRUE(seen.merge);
  EXPECT_EQ(seen.create, "never");
  EXPECT_EQ(seen.on_disconnect, "keep");
  EXPECT_EQ(seen.max_output_bytes, 1 << 20);
  EXPECT_EQ(context.protocol, "grpc");
  EXPECT_THAT(context.peer, testing::StartsWith("127.0.0.1:"));
  EXPECT_EQ(response.state(), v1::PROCESS_STATE_ENDED);
  EXPECT_TRUE(response.has_exit_code());
  EXPECT_FALSE(response.has_signal());
  EXPECT_EQ(response.stdout().data(), (std::string{"\0\xff", 2}));
  EXPECT_EQ(response.stdout().gap_at(), 1);
  EXPECT_FALSE(response.stderr().has_gap_at());
}

TEST_F(grpc_calls, without_times_nothing_is_limited) {
  ASSERT_TRUE(run(exec()).ok());
  const auto seen = door.calls<exec_request>(1).at(0).first;
  EXPECT_FALSE(seen.timeout_ms);
  EXPECT_FALSE(seen.wait_ms);
  EXPECT_FALSE(seen.stdin_data);
  EXPECT_EQ(seen.on_disconnect, "kill");
}

TEST_F(grpc_calls, bad_input_is_told_with_its_field) {
  auto bad = exec();
  bad.mutable_timeout()->set_nanos(-1);
  bad.mutable_timeout()->set_seconds(1);
  auto status = run(bad);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(detail_of<google::rpc::ErrorInfo>(status).metadata().at("field"), "timeout");
  bad = exec();
  bad.set_on_disconnect(static_cast<v1::OnDisconnect>(9));
  EXPECT_EQ(run(bad).error_message(), "on_disconnect has no value 9");
  EXPECT_EQ(run({}).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(run(exec("")).error_code(), StatusCode::INVALID_ARGUMENT);
  v1::ListSessionsRequest list;
  list.add_states(static_cast<v1::SessionState>(99));
  v1::ListSessionsResponse page;
  EXPECT_EQ(sessions->ListSessions(patient().get(), list, &page).error_message(), "states has no value 99");
}

TEST_F(grpc_calls, errors_come_from_the_one_table) {
  door.answer<exec_request>([](const exec_request&) -> result<exec_response> {
    return error{errc::session_lost, "the sandbox died", {{"begun", "true"}}};
  });
  const auto status = run(exec());
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(detail_of<google::rpc::ErrorInfo>(status).reason(), "session_lost");
  EXPECT_EQ(detail_of<google::rpc::ErrorInfo>(status).metadata().at("begun"), "true");
}

TEST_F(grpc_calls, carry_request_id_trace_and_idempotency_key) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (const auto* command : {"a", "a", "b"}) {
    auto context = patient();
    context->AddMetadata("x-request-id", "mine-1");
    context->AddMetadata("traceparent", trace);
    context->AddMetadata("idempotency-key", "key-1");
    v1::ExecResponse response;
    ASSERT_TRUE(shells->Exec(context.get(), exec(command), &response).ok());
    const auto& initial = context->GetServerInitialMetadata();
    ASSERT_EQ(initial.count("x-request-id"), 1U);
    EXPECT_EQ(initial.find("x-request-id")->second, "mine-1");
  }
  const auto seen = door.calls<exec_request>(3);
  EXPECT_EQ(seen[0].second.request_id, "mine-1");
  EXPECT_EQ(seen[0].second.traceparent, trace);
  EXPECT_EQ(seen[0].second.idempotency_key, "key-1");
  EXPECT_EQ(seen[0].second.content_digest, seen[1].second.content_digest);
  EXPECT_NE(seen[0].second.content_digest, seen[2].second.content_digest);
  auto context = patient();
  context->AddMetadata("idempotency-key", "two words");
  v1::ExecResponse response;
  EXPECT_EQ(shells->Exec(context.get(), exec(), &response).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(grpc_calls, a_deadline_is_a_disconnect) {
  door.hold_execs(true);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds{100});
  v1::ExecResponse response;
  EXPECT_EQ(shells->Exec(&context, exec(), &response).error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(door.wait_for_disconnect(0));
  door.release_execs(); // a late answer harms nobody
  EXPECT_EQ(access(1).at(0).delivered, false);
}

TEST_F(grpc_calls, a_cancellation_is_a_disconnect) {
  door.hold_execs(true);
  auto context = patient();
  std::thread canceller{[&] {
    door.calls<exec_request>(1);
    context->TryCancel();
  }};
  v1::ExecResponse response;
  EXPECT_EQ(shells->Exec(context.get(), exec(), &response).error_code(), StatusCode::CANCELLED);
  canceller.join();
  EXPECT_TRUE(door.wait_for_disconnect(0));
}

TEST_F(grpc_calls, a_lost_answer_is_one) {
  door.hold_execs(true);
  std::thread breaker{[&] {
    door.calls<exec_request>(1);
    door.drop_execs();
  }};
  EXPECT_EQ(run(exec()).error_code(), StatusCode::INTERNAL);
  breaker.join();
}
