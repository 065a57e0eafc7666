// SPDX-License-Identifier: MIT
// A server that is going to be killed: opens the session root given as first argument, starts as many sessions as the
// third says with the driver of the second, leaves a file and a sleeper in each, says "ready" and waits for its end.

#include "isolation/bwrap_launcher.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <future>
#include <thread>
#include <unistd.h>

namespace {

using namespace strata;

int fail(const std::string& why) {
  std::printf("victim: %s\n", why.c_str());
  return 1;
}

bool leave_something(sandbox& one) {
  command_spec spec;
  spec.id = "leave";
  spec.command =
    "echo left >/root/left; chmod 0 /root/left; mkdir -m 0 /root/closed; setsid sleep 1000 </dev/null >/dev/null 2>&1 &";
  std::promise<bool> done;
  one.run(
    spec,
    [&done](const result<int>& pid) {
      if (!pid)
        done.set_value(false);
    },
    [&done](const result<command_end>& end) { done.set_value(end && end->exit_code == 0); });
  return done.get_future().get();
}

} // namespace

int main(int count, char** arguments) {
  if (count != 4)
    return fail("usage: victim ROOT DRIVER SESSIONS");
  host_options options;
  options.session_root = arguments[1];
  options.driver = std::string{arguments[2]} == "fuse" ? overlay_driver::fuse : overlay_driver::kernel;
  auto host = open_sandbox_host(options);
  if (!host)
    return fail(host.error().message);
  boost::asio::io_context io;
  const auto work = boost::asio::make_work_guard(io);
  std::thread{[&io] { io.run(); }}.detach();
  bwrap_launcher launcher{io, **host};
  std::vector<std::shared_ptr<sandbox>> kept;
  for (int i = 0; i < std::atoi(arguments[3]); ++i) {
    sandbox_spec spec;
    spec.owner_id = "victim";
    spec.session_id = fmt::format("{}", i);
    spec.uid = fmt::format("v{}", i);
    std::promise<result<std::shared_ptr<sandbox>>> made;
    launcher.launch(
      spec, [&made](result<std::shared_ptr<sandbox>> one) { made.set_value(std::move(one)); }, [](const std::string&) {});
    auto one = made.get_future().get();
    if (!one)
      return fail(one.error().message);
    if (!leave_something(**one))
      return fail("cannot leave anything");
    kept.push_back(std::move(*one));
  }
  std::puts("ready");
  std::fflush(stdout);
  for (;;)
    ::pause();
}
