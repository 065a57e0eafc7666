// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/sandbox.hpp"
#include "tests/support/fake_files.hpp"

#include <list>
#include <mutex>

namespace strata::test {

/// A sandbox without a kernel. What it does by itself is a matter of its habits; the rest waits until the test answers.
/// It keeps the contract of sandbox: every callback once, nothing after `gone`, `session_lost` when it dies. Thread safe;
/// callbacks run on the thread that causes them.
class fake_sandbox final : public sandbox {
public:
  struct habits {
    bool opens = true; ///< shells
    bool closes_shells = true;
    bool starts = true; ///< commands; they end when the test says so, or at once with `ends`
    bool ends = false;
    bool kills = true;
    bool tells = true;  ///< output so far, and usage
    bool goes = true;   ///< its processes end at close()
    bool cleans = true; ///< its files go after that
  };
  struct open_question {
    shell_spec spec;
    callback<int> answer;
  };
  struct close_question {
    std::string name;
    callback<bool> answer;
  };
  struct command {
    command_spec spec;
    callback<int> started;
    callback<command_end> ended;
    bool running = false;
    bool kill_asked = false; ///< end_command() was called
  };

  fake_sandbox(sandbox_spec spec, habits by_itself, std::function<void(std::string)> died)
    : made_for{std::move(spec)}, does{by_itself}, died_{std::move(died)} {}

  const sandbox_facts& facts() const noexcept override { return facts_; }
  void open_shell(shell_spec spec, callback<int> opened) override;
  void close_shell(std::string name, callback<bool> closed) override;
  void run(command_spec spec, callback<int> started, callback<command_end> ended) override;
  void end_command(std::string id) override;
  void signal_command(std::string id, int number, signal_target to, callback<bool> sent) override;
  void resize_terminal(std::string id, terminal_size size, callback<bool> resized) override;
  void output_so_far(std::string id, std::function<void(command_output)> view) override;
  fake_files& files() override { return files_; }
  void usage(callback<sandbox_usage> seen) override;
  void close(std::function<void()> gone, std::function<void()> files_gone) override;

  /// The running or starting command with that text, else null.
  command* find(const std::string& text);
  bool runs(const std::string& text);
  /// What a command has been answered is over: these do nothing for one that is not there.
  void start(const std::string& text, result<int> pid);
  void end(const std::string& text, result<command_end> end);
  void end(const std::string& text, int exit_code = 0);
  void answer_opening(result<int> pid);
  void answer_closing();
  void answer_output(command_output output);
  void answer_usage(result<sandbox_usage> usage);
  void die(const std::string& cause);
  void go();
  void clean();

  bool alive();
  bool closed();    ///< close() was called
  bool gone();      ///< no process is left
  bool clean_now(); ///< and no file

  const sandbox_spec made_for;
  habits does;
  std::list<open_question> openings;
  std::list<close_question> closings;
  std::list<command> commands;
  std::list<std::function<void(command_output)>> output_questions;
  std::list<callback<sandbox_usage>> usage_questions;
  command_output output;          ///< of every command so far
  std::vector<shell_spec> opened; ///< all that it was ever asked
  std::vector<command_spec> ran;
  std::vector<std::pair<std::string, int>> signals;           ///< by id
  std::vector<std::pair<std::string, terminal_size>> resized; ///< by id

private:
  void finish(std::list<command>::iterator which, result<command_end> end);
  void drop_everything(const error& failure, bool closed);

  std::recursive_mutex mutex_;
  sandbox_facts facts_{"fake", "host", {{"userns", "yes"}}};
  std::function<void(std::string)> died_;
  fake_files files_;
  bool dead_ = false;
  bool closed_ = false;
  bool gone_ = false;
  bool files_gone_ = false;
  std::vector<std::function<void()>> when_gone_;
  std::vector<std::function<void()>> when_files_gone_;
};

/// How a command ends by itself, and by end_command().
command_end exited(int code, std::string out = {}, std::string cwd = "/root");
command_end killed(bool with_its_shell);

} // namespace strata::test
