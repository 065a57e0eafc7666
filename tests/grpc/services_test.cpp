// SPDX-License-Identifier: MIT
// The smaller services of strata.v1, and the bounds of messages.
#include "tests/grpc/grpc_test.hpp"

#include <strata/v1/process.grpc.pb.h>
#include <strata/v1/shell.grpc.pb.h>
#include <strata/v1/system.grpc.pb.h>
#include <strata/v1/terminal.grpc.pb.h>

using namespace strata;
using namespace strata::test;
using grpc::StatusCode;

/// Its own server: the limit is set before the start.
class grpc_limits : public grpc_test {};

TEST_F(grpc_limits, a_message_beyond_the_limit_is_refused) {
  options.body_limit = 1 << 20;
  auto shells = v1::ShellService::NewStub(channel());
  v1::ExecRequest request;
  request.set_stdin(std::string(2 << 20, 'x'));
  v1::ExecResponse response;
  EXPECT_EQ(shells->Exec(patient().get(), request, &response).error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

class grpc_services : public grpc_test {
protected:
  std::shared_ptr<grpc::Channel> by = channel();
  std::unique_ptr<v1::ShellService::Stub> shells = v1::ShellService::NewStub(by);

  static void name(v1::SessionRef& ref) {
    ref.set_owner_id("alice");
    ref.set_session_id("build");
  }
};

TEST_F(grpc_services, answer) {
  door.answer<list_shells>([](const list_shells&) { return shell_list{{{.name = "session", .pid = 7}}}; });
  door.answer<get_stats>([](const get_stats&) { return server_stats{3, 100, true}; });
  v1::ListShellsRequest list;
  name(*list.mutable_session());
  v1::ListShellsResponse found;
  ASSERT_TRUE(shells->ListShells(patient().get(), list, &found).ok());
  EXPECT_EQ(found.shells(0).name(), "session");
  v1::CloseShellRequest close;
  name(*close.mutable_session());
  close.set_shell("x");
  v1::CloseShellResponse closed;
  EXPECT_TRUE(shells->CloseShell(patient().get(), close, &closed).ok());
  EXPECT_EQ(door.calls<close_shell>(1).at(0).first.shell, "x");
  auto system = v1::SystemService::NewStub(by);
  v1::GetStatsResponse stats;
  ASSERT_TRUE(system->GetStats(patient().get(), {}, &stats).ok());
  EXPECT_EQ(stats.active_sessions(), 3);
  EXPECT_TRUE(stats.draining());
  auto processes = v1::ProcessService::NewStub(by);
  v1::SignalProcessRequest signal;
  name(*signal.mutable_session());
  signal.set_process("p1-abcd");
  signal.set_signal("INT");
  signal.set_to(v1::SIGNAL_TARGET_TREE);
  v1::SignalProcessResponse signalled;
  ASSERT_TRUE(processes->SignalProcess(patient().get(), signal, &signalled).ok());
  EXPECT_EQ(door.calls<signal_process>(1).at(0).first.to, "tree");
  auto terminals = v1::TerminalService::NewStub(by);
  v1::ResizeTerminalRequest resize;
  name(*resize.mutable_session());
  resize.set_terminal("main");
  resize.mutable_size()->set_cols(70'000);
  v1::ResizeTerminalResponse resized;
  EXPECT_EQ(terminals->ResizeTerminal(patient().get(), resize, &resized).error_code(), StatusCode::INVALID_ARGUMENT);
  resize.mutable_size()->set_cols(100);
  resize.mutable_size()->set_rows(40);
  ASSERT_TRUE(terminals->ResizeTerminal(patient().get(), resize, &resized).ok());
  const auto asked = door.calls<resize_terminal>(2).back().first;
  EXPECT_EQ(asked.process, "name:main");
  EXPECT_EQ(asked.cols, 100);
  door.answer<open_terminal>([](const open_terminal& wish) {
    process_info made;
    made.name = wish.terminal;
    made.terminal = terminal_size{};
    made.resize = wish.resize;
    made.created = true;
    return made;
  });
  v1::OpenTerminalRequest open;
  name(*open.mutable_session());
  open.set_terminal("side");
  open.set_resize(v1::RESIZE_POLICY_SMALLEST);
  v1::OpenTerminalResponse opened;
  ASSERT_TRUE(terminals->OpenTerminal(patient().get(), open, &opened).ok());
  EXPECT_TRUE(opened.created());
  EXPECT_EQ(opened.terminal().name(), "side");
  EXPECT_EQ(opened.terminal().resize(), v1::RESIZE_POLICY_SMALLEST);
  v1::SendInputRequest type;
  name(*type.mutable_session());
  type.set_terminal("side");
  type.set_data("ab");
  type.add_keys("enter");
  v1::SendInputResponse typed;
  ASSERT_TRUE(terminals->SendInput(patient().get(), type, &typed).ok());
  EXPECT_EQ(door.calls<write_stdin>(1).at(0).first.keys, (std::vector<std::string>{"enter"}));
  door.answer<get_screen>([](const get_screen& wish) {
    screen_shot shot;
    shot.name = "side";
    shot.page.view.lines = {"\xff", "two"};
    shot.page.view.title = std::string(1, '\xff');
    shot.page.version = wish.quiet_ms;
    return shot;
  });
  v1::GetScreenRequest look;
  name(*look.mutable_session());
  look.set_terminal("side");
  look.mutable_quiet()->set_seconds(1);
  v1::GetScreenResponse screen;
  ASSERT_TRUE(terminals->GetScreen(patient().get(), look, &screen).ok());
  EXPECT_EQ(screen.lines(1), "two");
  EXPECT_EQ(screen.version(), 1000);
}
