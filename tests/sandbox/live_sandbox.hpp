// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/bwrap_sandbox.hpp"
#include "tests/launch/scene.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <future>
#include <gtest/gtest.h>
#include <thread>

namespace strata::test {

/// What a command came to; `refused` where it did not start.
struct finished {
  std::optional<error> refused;
  std::optional<error> failed; ///< instead of an end
  command_end end;
};

/// A call under way.
struct under_way {
  std::string id;
  std::future<result<int>> started;
  std::future<result<command_end>> ended;
};

/// One real sandbox: bwrap, overlay and agent, with the server's side of it on a thread of its own. Calls wait for
/// their answer.
class live_sandbox {
public:
  /// `agent`: name of the program in the build directory that becomes PID 1; `mode`: what a hostile one is to do.
  explicit live_sandbox(const std::string& agent = "strata-agent", const std::string& mode = {});
  live_sandbox(const live_sandbox&) = delete;
  live_sandbox& operator=(const live_sandbox&) = delete;
  /// Closes and checks that nothing is left.
  ~live_sandbox();

  bwrap_sandbox& box() { return *box_; }
  std::optional<error> open_shell(const std::string& name = "session");
  command_spec spec(const std::string& command, const std::string& shell = "session");
  under_way start(command_spec spec);
  finished run(command_spec spec);
  finished run(const std::string& command) { return run(spec(command)); }
  result<sandbox_usage> usage();
  std::string output_so_far(const std::string& id);
  void close(); ///< until no process is left
  int deaths() const { return deaths_; }
  /// Until died was told.
  std::string cause_of_death() { return cause_.get_future().get(); }

  /// Agent and payload have the same id, and no other is there.
  bool single_id() const { return scene_.ids.kind == id_map_kind::single; }
  pid_t agent_pid() const { return agent_pid_; } ///< on the host
  pid_t monitor_pid() const { return monitor_pid_; }

private:
  scene scene_{base_kind::host, overlay_driver::kernel};
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::atomic<int> deaths_{0};
  std::promise<std::string> cause_;
  agent_image files_program_{agent_image::load(libexec() + "/strata-files").value()};
  std::shared_ptr<bwrap_sandbox> box_;
  pid_t agent_pid_ = 0;
  pid_t monitor_pid_ = 0;
  int last_id_ = 0;
  std::thread thread_;
};

/// The value, or a failed test when it takes a minute.
template <class T> T wait_for(std::future<T>& coming) {
  if (coming.wait_for(std::chrono::seconds{60}) != std::future_status::ready) {
    ADD_FAILURE() << "no answer";
    std::abort();
  }
  return coming.get();
}

} // namespace strata::test
