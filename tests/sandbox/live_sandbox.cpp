// SPDX-License-Identifier: MIT
#include "tests/sandbox/live_sandbox.hpp"

#include "isolation/journal/disk_jobs.hpp"
#include "isolation/pidfd.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <csignal>
#include <fmt/format.h>

namespace strata::test {

live_sandbox::live_sandbox(const std::string& agent, const std::string& mode) {
  ::signal(SIGPIPE, SIG_IGN); // as the server does
  scene_.guest = agent_image::load(libexec() + "/" + agent).value();
  if (!mode.empty()) {
    EXPECT_EQ("", on_host(fmt::format("echo {} >{}/etc/mode", mode, scene_.base_path().string())));
  }
  auto made = launch(scene_.order());
  if (!made) {
    ADD_FAILURE() << made.error().message;
    std::abort();
  }
  agent_pid_ = namespace_pids(made->agent).front();
  monitor_pid_ = namespace_pids(made->children.front()).front();
  bwrap_sandbox::endings on;
  on.died = [this](std::string cause) {
    if (++deaths_ == 1)
      cause_.set_value(std::move(cause));
  };
  on.discard_files = [](std::function<void()> gone) { gone(); };
  box_ = std::make_shared<bwrap_sandbox>(io_.get_executor(), std::move(*made), sandbox_facts{}, nullptr,
                                         std::make_shared<const journal_place>(scene_.duplicate_session()), &files_program_,
                                         std::move(on));
  thread_ = std::thread{[this] { io_.run(); }};
  box_->start();
}

live_sandbox::~live_sandbox() {
  close();
  box_.reset();
  work_.reset();
  thread_.join(); // which it can only when nothing waits any more
  wait_for_disk_jobs();
  EXPECT_EQ("", processes_left());
}

std::optional<error> live_sandbox::open_shell(const std::string& name) {
  std::promise<result<int>> opened;
  auto coming = opened.get_future();
  shell_spec shell;
  shell.name = name;
  box_->open_shell(shell, [&](result<int> pid) { opened.set_value(std::move(pid)); });
  auto pid = wait_for(coming);
  return pid ? std::nullopt : std::optional{pid.error()};
}

command_spec live_sandbox::spec(const std::string& command, const std::string& shell) {
  command_spec what;
  what.id = fmt::format("c{}", ++last_id_);
  what.shell = shell;
  what.command = command;
  return what;
}

under_way live_sandbox::start(command_spec spec) {
  auto started = std::make_shared<std::promise<result<int>>>();
  auto ended = std::make_shared<std::promise<result<command_end>>>();
  under_way call{spec.id, started->get_future(), ended->get_future()};
  box_->run(
    std::move(spec), [started](result<int> pid) { started->set_value(std::move(pid)); },
    [ended](result<command_end> end) { ended->set_value(std::move(end)); });
  return call;
}

finished live_sandbox::run(command_spec spec) {
  auto call = start(std::move(spec));
  finished all;
  if (auto pid = wait_for(call.started); !pid) {
    all.refused = pid.error();
    return all;
  }
  auto end = wait_for(call.ended);
  if (end)
    all.end = std::move(*end);
  else
    all.failed = end.error();
  return all;
}

result<sandbox_usage> live_sandbox::usage() {
  std::promise<result<sandbox_usage>> seen;
  auto coming = seen.get_future();
  box_->usage([&](result<sandbox_usage> now) { seen.set_value(std::move(now)); });
  return wait_for(coming);
}

std::string live_sandbox::output_so_far(const std::string& id) {
  std::promise<std::string> seen;
  auto coming = seen.get_future();
  box_->output_so_far(id, [&](command_output now) { seen.set_value(now.out.data); });
  return wait_for(coming);
}

void live_sandbox::close() {
  std::promise<void> gone;
  auto coming = gone.get_future();
  box_->close([&] { gone.set_value(); }, {});
  wait_for(coming);
}

} // namespace strata::test
