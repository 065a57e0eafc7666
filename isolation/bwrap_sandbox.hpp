// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent_link.hpp"
#include "isolation/child_watch.hpp"
#include "isolation/file_access/workers.hpp"
#include "isolation/launch.hpp"
#include "isolation/running_command.hpp"
#include "isolation/sandbox.hpp"

#include <boost/asio/strand.hpp>
#include <deque>
#include <map>
#include <set>

namespace strata {

/// A live sandbox: the agent's control socket, its pidfd, and the bwrap processes to be reaped. The pidfd alone decides
/// life. Everything happens on one strand; the public calls post to it.
class bwrap_sandbox : public sandbox, public std::enable_shared_from_this<bwrap_sandbox> {
public:
  struct endings {
    std::function<void(std::string cause)> died;                         ///< not after close()
    std::function<void(std::function<void()> files_gone)> discard_files; ///< once, when no process is left
  };

  /// `output`: where long output lies. `files_program`: strata-files, which outlives the sandbox; null: there is none.
  /// `group`: its cgroups; null: none.
  bwrap_sandbox(boost::asio::any_io_executor executor, launched processes, sandbox_facts facts,
                std::shared_ptr<session_group> group, std::shared_ptr<const journal_place> output,
                const agent_image* files_program, endings on);

  /// Begins to watch and to talk. Call once, after construction.
  void start();

  const sandbox_facts& facts() const noexcept override { return facts_; }
  void open_shell(shell_spec spec, callback<int> opened) override;
  void close_shell(std::string name, callback<bool> closed) override;
  void run(command_spec spec, callback<int> started, callback<command_end> ended) override;
  void end_command(std::string id) override;
  void signal_command(std::string id, int number, signal_target to, callback<bool> sent) override;
  void resize_terminal(std::string id, terminal_size size, callback<bool> resized) override;
  void output_so_far(std::string id, std::function<void(command_output)> view) override;
  file_access& files() override { return *files_; }
  void usage(callback<sandbox_usage> seen) override;
  void close(std::function<void()> gone, std::function<void()> files_gone) override;

  /// Starts strata-files as that user, in its home. `user_not_found`. It ends when its socket is closed; in the middle of something
  /// that takes long, only by end_command() with its id.
  void open_files(std::string user, callback<opened_files> opened);

private:
  void run_in_shell(command_spec spec, callback<int> started, callback<command_end> ended);
  void run_fresh(command_spec spec, callback<int> started, callback<command_end> ended);
  void run_on_terminal(command_spec spec, callback<int> started, callback<command_end> ended);
  void hold(const std::string& id, result<running_command::kept> what);
  /// The pid in a `started`; anything else ends the session.
  result<int> pid_of(const result<wire::frame>& answered);
  /// Ends the session of an agent that does not keep to the protocol.
  error distrust(std::string why);
  void on_event(wire::frame frame);
  void on_shell_ended(const wire::shell_ended& event);
  void finish(const std::string& id, command_end end);
  limit_events limits_so_far() const { return group_ ? group_->events() : limit_events{}; }
  void keep_reading(std::vector<std::shared_ptr<output_pump>> survivors);
  void on_process_ended(bool agent);
  void begin_files();
  void lose(std::string cause);
  void all_gone();

  boost::asio::strand<boost::asio::any_io_executor> strand_;
  sandbox_facts facts_;
  std::shared_ptr<session_group> group_;
  std::shared_ptr<const journal_place> output_;
  const agent_image* const files_program_;
  std::shared_ptr<file_workers> files_; ///< once started
  endings on_;
  std::shared_ptr<agent_link> link_;
  std::shared_ptr<child_watch> agent_;
  std::vector<std::shared_ptr<child_watch>> children_; ///< bwrap's monitor, the fuse keeper
  std::size_t processes_left_;
  std::map<std::string, running_command> commands_;
  std::uint64_t last_worker_ = 0;
  std::set<std::string> workers_;                      ///< programs that do file operations, by id
  std::set<std::string> held_;                         ///< of whom the agent holds something
  std::deque<std::shared_ptr<output_pump>> survivors_; ///< pipes that outlived their command, oldest first
  bool lost_ = false;
  bool closing_ = false;
  bool gone_ = false;
  std::vector<std::function<void()>> when_gone_;
  std::vector<std::function<void()>> when_files_gone_;
  bool files_gone_ = false;
};

} // namespace strata
