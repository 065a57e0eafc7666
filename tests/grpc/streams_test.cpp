// SPDX-License-Identifier: MIT
// The streaming calls of strata.v1.
#include "tests/grpc/grpc_test.hpp"

#include <future>
#include <strata/v1/process.grpc.pb.h>
#include <strata/v1/shell.grpc.pb.h>
#include <strata/v1/terminal.grpc.pb.h>

using namespace strata;
using namespace strata::test;
using grpc::StatusCode;

class grpc_streams : public grpc_test {
protected:
  std::shared_ptr<grpc::Channel> by = channel();
  std::unique_ptr<v1::ShellService::Stub> shells = v1::ShellService::NewStub(by);
  std::unique_ptr<v1::ProcessService::Stub> processes = v1::ProcessService::NewStub(by);
  std::unique_ptr<v1::TerminalService::Stub> terminals = v1::TerminalService::NewStub(by);
  /// Of the fake command or terminal: what it writes goes here.
  std::shared_ptr<journal> log = journal::make({});
  std::unique_ptr<grpc::ClientContext> context = patient();

  static v1::ExecRequest exec() {
    v1::ExecRequest request;
    request.mutable_session()->set_uid("abcdefghij0123456789");
    request.set_command("x");
    return request;
  }
  static v1::RunRequest start(bool has_input = false) {
    v1::RunRequest request;
    request.mutable_start()->mutable_session()->set_uid("abcdefghij0123456789");
    request.mutable_start()->add_argv("cat");
    request.mutable_start()->set_has_input(has_input);
    return request;
  }
  /// The fake command starts, `act` happens, and the call is answered.
  void answer_with(std::function<void(const exec_request&)> act, exec_response response = {}) {
    door.answer<exec_request>([this, act, response](const exec_request& request) {
      request.on_started({"p1-abcd", 7, "the-uid", true, log->follow(0, lag::hold_back).value()});
      act(request);
      return response;
    });
  }
  template <class Stream> static std::vector<v1::ProcessEvent> all_of(Stream& stream) {
    std::vector<v1::ProcessEvent> events;
    for (v1::ProcessEvent event; stream.Read(&event);)
      events.push_back(event);
    return events;
  }
};

TEST_F(grpc_streams, exec_tells_start_output_and_end) {
  exec_response response;
  response.reason = "exited";
  response.exit_code = 3;
  response.next = 5;
  answer_with(
    [this](const exec_request&) {
      log->append(output_stream::out, "hi\n");
      log->append(output_stream::err, std::string{"\xff\0", 2});
      log->end({"exited", 3, {}, {}, 0});
    },
    response);
  auto stream = shells->ExecStream(context.get(), exec());
  const auto events = all_of(*stream);
  ASSERT_TRUE(stream->Finish().ok());
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].started().id(), "p1-abcd");
  EXPECT_EQ(events[0].started().session_uid(), "the-uid");
  EXPECT_EQ(events[1].output().data(), "hi\n");
  EXPECT_EQ(events[2].output().stream(), "stderr");
  EXPECT_EQ(events[2].output().offset(), 3);
  EXPECT_EQ(events[2].output().data(), (std::string{"\xff\0", 2}));
  EXPECT_EQ(events[3].end().exit_code(), 3);
  EXPECT_EQ(events[3].end().next(), 5);
}

TEST_F(grpc_streams, an_error_before_the_start_is_the_calls_and_a_later_one_ends_it) {
  door.answer<exec_request>([](const exec_request&) -> result<exec_response> { return error{errc::shell_busy, "busy"}; });
  auto refused = shells->ExecStream(context.get(), exec());
  EXPECT_TRUE(all_of(*refused).empty());
  EXPECT_EQ(refused->Finish().error_code(), StatusCode::FAILED_PRECONDITION);

  door.answer<exec_request>([this](const exec_request& request) -> result<exec_response> {
    request.on_started({"p1-abcd", 7, "uid", false, log->follow(0, lag::hold_back).value()});
    log->append(output_stream::out, "some");
    log->end({"sandbox_lost", {}, {}, {}, 0});
    return error{errc::session_lost, "lost"};
  });
  auto again = patient();
  auto lost = shells->ExecStream(again.get(), exec());
  EXPECT_EQ(all_of(*lost).size(), 2U);
  EXPECT_EQ(lost->Finish().error_code(), StatusCode::ABORTED);
}

TEST_F(grpc_streams, a_command_that_is_handed_over_is_told_so) {
  exec_response response;
  response.id = "p1-abcd";
  response.state = process_state::running;
  response.next = 4;
  answer_with([this](const exec_request&) { log->append(output_stream::out, "some"); }, response);
  auto stream = shells->ExecStream(context.get(), exec());
  const auto events = all_of(*stream);
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(events.back().handed_over().id(), "p1-abcd");
  EXPECT_EQ(events.back().handed_over().next(), 4);
}

TEST_F(grpc_streams, a_client_that_does_not_read_holds_the_command) {
  door.hold_execs(true);
  answer_with([](const exec_request&) {});
  auto stream = shells->ExecStream(context.get(), exec());
  const auto request = door.calls<exec_request>(1).at(0).first;
  request.on_started({"p1-abcd", 7, "uid", false, log->follow(0, lag::hold_back).value()});
  // What gRPC and the kernel hold on the way is bounded; then the journal is full, and stays so.
  std::size_t written = 0;
  for (; written < (64 << 20) && !log->is_full(); written += 64 << 10) {
    log->append(output_stream::out, std::string(64 << 10, 'x'));
    auto room = std::make_shared<std::promise<void>>();
    log->when_room([room] { room->set_value(); });
    if (room->get_future().wait_for(std::chrono::milliseconds{500}) != std::future_status::ready)
      break;
  }
  EXPECT_TRUE(log->is_full());
  EXPECT_LT(written, 16U << 20);
  v1::ProcessEvent event;
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_TRUE(event.has_started());
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.output().offset(), 0);
  context->TryCancel();
  EXPECT_TRUE(door.wait_for_disconnect(0));
  std::promise<void> room; // a reader that is gone holds nothing
  log->when_room([&] { room.set_value(); });
  EXPECT_EQ(room.get_future().wait_for(fake_gateway::patience), std::future_status::ready);
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  door.drop_execs();
}

TEST_F(grpc_streams, run_carries_input_and_tells_what_was_taken) {
  answer_with([this](const exec_request& request) {
    ASSERT_TRUE(request.input);
    std::string got;
    while (got.size() < 5 || !request.input->is_over())
      if (auto piece = request.input->take()) {
        got += piece->bytes;
        request.input->count(piece->bytes.size());
        piece->taken(true);
      }
    log->append(output_stream::out, got);
    log->end({"exited", 0, {}, {}, 0});
  });
  auto stream = processes->Run(context.get());
  ASSERT_TRUE(stream->Write(start(true)));
  v1::RunRequest input;
  input.set_input("hello");
  ASSERT_TRUE(stream->Write(input));
  input.mutable_end_of_input();
  ASSERT_TRUE(stream->Write(input));
  const auto events = all_of(*stream);
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(events.front().has_started());
  std::int64_t taken = 0;
  std::string output;
  for (const auto& event : events) {
    if (event.has_input())
      taken = event.input().taken();
    output += event.output().data();
  }
  EXPECT_EQ(taken, 5);
  EXPECT_EQ(output, "hello");
  EXPECT_TRUE(events.back().has_end());
  const auto seen = door.calls<exec_request>(1).at(0).first;
  EXPECT_EQ(seen.argv, std::vector<std::string>{"cat"});
  EXPECT_EQ(seen.shell, "fresh");
}

TEST_F(grpc_streams, run_half_closed_has_no_more_input) {
  answer_with([this](const exec_request& request) {
    while (!request.input->is_over())
      std::this_thread::yield();
    log->end({"exited", 0, {}, {}, 0});
  });
  auto stream = processes->Run(context.get());
  ASSERT_TRUE(stream->Write(start(true)));
  ASSERT_TRUE(stream->WritesDone());
  EXPECT_TRUE(all_of(*stream).back().has_end());
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(grpc_streams, run_signals_and_resizes_once_it_has_started) {
  door.hold_execs(true);
  door.answer<resize_terminal>([](const resize_terminal&) -> result<process_info> {
    return error{errc::terminal_not_found, "no terminal"};
  });
  answer_with([this](const exec_request&) {
    door.calls<resize_terminal>(1);
    log->end({"exited", 0, {}, {}, 0});
  });
  auto stream = processes->Run(context.get());
  auto begin = start();
  begin.mutable_start()->mutable_terminal()->set_cols(100);
  begin.mutable_start()->mutable_terminal()->set_rows(30);
  ASSERT_TRUE(stream->Write(begin));
  v1::RunRequest message;
  message.mutable_signal()->set_signal("INT"); // before the start: it waits for it
  ASSERT_TRUE(stream->Write(message));
  message.mutable_resize()->set_cols(90);
  ASSERT_TRUE(stream->Write(message));
  door.calls<exec_request>(1);
  EXPECT_EQ(door.total_calls(), 1U);
  const auto request = door.calls<exec_request>(1).at(0).first;
  EXPECT_EQ(request.terminal->cols, 100);
  request.on_started({"p1-abcd", 7, "the-uid", true, log->follow(0, lag::hold_back).value()});
  const auto signal = door.calls<signal_process>(1).at(0).first;
  EXPECT_EQ(signal.process, "p1-abcd");
  EXPECT_EQ(signal.session.expect_uid, "the-uid");
  EXPECT_EQ(signal.to, "process");
  EXPECT_EQ(door.calls<resize_terminal>(1).at(0).first.cols, 90);
  v1::ProcessEvent event;
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_TRUE(event.has_started());
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.refused().code(), "invalid_argument"); // 0 rows; the fake judges as the registry does
  context->TryCancel();
  stream->Finish();
  door.drop_execs();
}

TEST_F(grpc_streams, run_refuses_messages_out_of_order) {
  const auto status_of = [this](const std::vector<v1::RunRequest>& messages) {
    auto mine = patient();
    auto stream = processes->Run(mine.get());
    for (const auto& message : messages)
      stream->Write(message);
    stream->WritesDone();
    all_of(*stream);
    return stream->Finish();
  };
  door.hold_execs(true);
  v1::RunRequest input;
  input.set_input("x");
  EXPECT_EQ(status_of({}).error_message(), "the first message is not start");
  EXPECT_EQ(status_of({input}).error_message(), "the first message is not start");
  EXPECT_EQ(status_of({start(), start()}).error_message(), "start is given twice");
  EXPECT_EQ(status_of({start(), input}).error_code(), StatusCode::INVALID_ARGUMENT);
  input.set_input(std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(status_of({start(true), input}).error_message(), "input: more than 1 MiB in one message");
  EXPECT_TRUE(door.wait_for_disconnect(0)); // what had begun is told
  door.drop_execs();
}

TEST_F(grpc_streams, attach_shows_a_terminal) {
  auto typed = std::make_shared<input_stream>();
  door.answer<attach_terminal>([&](const attach_terminal& asked) {
    terminal_view view;
    view.id = "p1-abcd";
    view.name = asked.terminal;
    view.cols = 80;
    view.rows = 24;
    view.session_uid = "the-uid";
    view.output = log->follow(0, lag::skip).value();
    view.input = typed;
    return view;
  });
  auto stream = terminals->Attach(context.get());
  v1::TerminalInput message;
  message.mutable_attach()->mutable_session()->set_uid("abcdefghij0123456789");
  message.mutable_attach()->mutable_size()->set_cols(90);
  message.mutable_attach()->mutable_size()->set_rows(20);
  message.mutable_attach()->set_lag(v1::LAG_MODE_CATCH_UP);
  ASSERT_TRUE(stream->Write(message));
  v1::TerminalEvent event;
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.ready().terminal(), "main");
  const auto seen = door.calls<attach_terminal>(1).at(0).first;
  EXPECT_EQ(seen.cols, 90);
  EXPECT_FALSE(seen.skip_when_behind);
  message.set_input("ls\r");
  ASSERT_TRUE(stream->Write(message));
  std::optional<input_stream::piece> piece;
  while (!(piece = typed->take()))
    std::this_thread::yield();
  EXPECT_EQ(piece->bytes, "ls\r");
  piece->taken(true);
  message.mutable_resize()->set_cols(100);
  message.mutable_resize()->set_rows(50);
  ASSERT_TRUE(stream->Write(message));
  EXPECT_EQ(door.calls<resize_terminal>(1).at(0).first.process, "p1-abcd");
  ASSERT_TRUE(stream->WritesDone()); // it still looks
  log->append(output_stream::merged, "\xff");
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.output().data(), "\xff");
  log->end({"exited", 3, {}, {}, 0});
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.end().exit_code(), 3);
  EXPECT_FALSE(stream->Read(&event));
  EXPECT_TRUE(stream->Finish().ok());
}
