// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/cgroup/limits.hpp"
#include "isolation/file_access/access.hpp"
#include "isolation/input_stream.hpp"
#include "isolation/journal/journal.hpp"
#include "isolation/terminal/size.hpp"
#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata {

/// How a session's writable layer is put over its base.
enum class overlay_driver { automatic, kernel, fuse, none };
/// What a sandbox's network namespace is: its own with loopback only, or the host's.
enum class network_mode { none, host };

/// What to build. Plain data; ids in it are never used in a path or an option string.
struct sandbox_spec {
  std::string owner_id; ///< for the injective directory name and logs
  std::string session_id;
  std::string uid; ///< the session's uid, unique for ever
  network_mode network = network_mode::none;
  resource_limits limits;
};

/// What was built, as the session's state shows it.
struct sandbox_facts {
  std::string driver; ///< kernel, fuse or none
  std::string base;   ///< host or rootfs
  std::map<std::string, std::string> isolation;
};

/// A persistent bash under the agent.
struct shell_spec {
  std::string name;
  std::map<std::string, std::string> env;
  std::string cwd;  ///< empty: the home
  std::string user; ///< name or uid[:gid] by the session's own passwd; empty: root
  std::vector<std::string> startup;
};

/// One command. `shell` empty: a process of its own, `bash -c` without startup files or the program that `argv` names.
struct command_spec {
  std::string id;    ///< unique within the sandbox
  std::string shell; ///< must have been opened
  std::string command;
  std::vector<std::string> argv;         ///< only with an empty shell; then `command` is not used
  std::optional<terminal_size> terminal; ///< only with an empty shell: on a terminal of its own, its output is one stream
  std::map<std::string, std::string> env;
  std::string cwd;
  std::string user; ///< only with an empty shell
  std::optional<std::string> stdin_data;
  std::shared_ptr<input_stream> input; ///< instead of stdin_data; neither: empty input (a terminal: nobody types)
  std::shared_ptr<journal> output;     ///< gets every byte; empty: one of its own. Whoever made it ends it
  bool merge = false;
  bool keep = false;                      ///< what the server holds of it is to outlive the server: the agent holds it as well
  std::size_t max_output_bytes = 2 << 20; ///< of each view in its end, head and tail
};

struct command_output {
  output_view out; ///< with merge: everything
  output_view err;
  output_view combined; ///< order of arrival
};

/// How a command ended, as the sandbox saw it. Why it was ended (a timeout, a user) is known to whoever ended it.
struct command_end {
  /// exited: `exit_code` is set; signalled: `signal` is set; shell_lost: never begun; cwd_refused, env_refused: never begun,
  /// since its cwd could not be entered or a variable of its env is readonly there, and the shell is as it was; killed:
  /// end_command() ended it.
  enum class cause { exited, signalled, shell_lost, cwd_refused, env_refused, killed } how = cause::exited;
  std::size_t refused_variable = 0; ///< env_refused: which one of its env, in order
  std::optional<int> exit_code;
  std::optional<int> signal;
  command_output output;
  std::string cwd;          ///< of the shell afterwards
  bool shell_ended = false; ///< the shell itself ended with this command; the next one starts it anew
  std::int64_t left_running = 0;
  bool oom_killed = false;             ///< signalled because memory was used up
  std::vector<std::string> limits_hit; ///< memory, pids: while it ran, by it or by something beside it
};

/// The program itself, its process group, or everything that it started.
enum class signal_target : std::uint8_t { process, group, tree };

struct sandbox_usage {
  std::optional<std::int64_t> processes, memory_bytes, cpu_ms, disk_bytes;
  std::vector<std::string> limits_hit; ///< so far
};

/// One live sandbox: a bwrap tree with Strata's agent as PID 1. Thread safe; nothing blocks; callbacks come on an
/// io thread, each exactly once, and never after `gone` of close(). When the sandbox dies, calls in flight end with
/// `session_lost` and the on_death given at launch is called once.
class sandbox {
public:
  template <class T> using callback = std::function<void(result<T>)>;

  virtual ~sandbox() = default;

  virtual const sandbox_facts& facts() const noexcept = 0;

  /// Starts a persistent shell; answers its pid inside. `user_not_found`, `cwd_not_found`. A shell of that name that ended is replaced.
  virtual void open_shell(shell_spec spec, callback<int> opened) = 0;
  /// Ends the shell and everything under it.
  virtual void close_shell(std::string name, callback<bool> closed) = 0;

  /// Runs a command. `started` with the pid (of the shell, or of the program), or why it could not start
  /// (`cwd_not_found`, `user_not_found`, `command_not_found`, `shell_not_found`); after a successful start `ended` once.
  virtual void run(command_spec spec, callback<int> started, callback<command_end> ended) = 0;
  /// SIGKILLs the command and everything it started, setsid and double-forked children included; earlier
  /// background jobs of the shell stay. `ended` follows. Unknown or ended ids are ignored.
  virtual void end_command(std::string id) = 0;
  /// Sends a signal (signal(7), by number); in a shell always to what the command started, never to the shell itself.
  /// `process_ended` when it is not running.
  virtual void signal_command(std::string id, int number, signal_target to, callback<bool> sent) = 0;
  /// Sets the size of a command's terminal. `process_ended` when there is none of that id.
  virtual void resize_terminal(std::string id, terminal_size size, callback<bool> resized) = 0;
  /// What the command has written so far; empty views for unknown ids.
  virtual void output_so_far(std::string id, std::function<void(command_output)> view) = 0;

  /// What is done with its files, whatever is left of its userland; lives as long as this.
  virtual file_access& files() = 0;

  virtual void usage(callback<sandbox_usage> seen) = 0;

  /// Kills everything inside and moves the files to the trash. `gone` when no process is left;
  /// `files_gone` (may be empty) when the disk is clean too. Idempotent: later calls only add their callbacks.
  virtual void close(std::function<void()> gone, std::function<void()> files_gone) = 0;
};

/// Builds a sandbox off the calling thread. `ready` once with the sandbox or the reason; `died` at most once, after ready,
/// with the cause in words, unless close() came first. Thread safe.
class sandbox_launcher {
public:
  virtual ~sandbox_launcher() = default;
  virtual void launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
                      std::function<void(std::string cause)> died) = 0;
};

} // namespace strata
