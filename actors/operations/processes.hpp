// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/exec.hpp"
#include "actors/operations/size_news.hpp"
#include "isolation/input_stream.hpp"
#include "isolation/journal/journal.hpp"

namespace strata {

/// An exec is a command of a command shell, or `bash -c` with "fresh"; a terminal is a process on a PTY.
enum class process_kind { exec, process, terminal };
std::string_view to_string(process_kind kind) noexcept;
std::optional<process_kind> parse_process_kind(std::string_view text) noexcept;
std::optional<process_state> parse_process_state(std::string_view text) noexcept;

/// Anything that runs or ran in a session, as every protocol shows it.
struct process_info {
  std::string id; ///< "p12-x7q4"
  process_kind kind = process_kind::process;
  std::string name; ///< of a terminal; else empty
  std::string tag;
  process_state state = process_state::queued;
  std::int64_t pid = 0; ///< inside the session; 0 before it started; of the shell for a command in one
  std::string command;  ///< shell text, or empty with argv
  std::vector<std::string> argv;
  std::string cwd, user, shell; ///< as asked for; empty: the session's; `shell` of an exec only
  bool merge = false;           ///< one stream, "output"
  bool has_stdin = false;
  std::optional<terminal_size> terminal;
  std::string resize; ///< of a terminal: last | smallest
  std::int64_t viewers = 0;
  wall_time created_at{};
  std::optional<wall_time> started_at, ended_at;
  std::optional<process_end> end;
  std::int64_t next = 0;         ///< bytes of all streams so far
  std::int64_t oldest = 0;       ///< the first of them that is kept
  std::int64_t stdin_offset = 0; ///< bytes of input accepted so far
  bool created = false;          ///< true when this call started it
  bool session_created = false;
  std::string session_uid;
};

/// What is kept of a process' output, and who waits when that is not enough.
struct output_policy {
  std::optional<std::int64_t> cap_bytes; ///< 64 KiB to 4 GiB; absent: the server's
  std::string policy = "drop-oldest";    ///< drop-oldest | block: wait for followers, who then lose nothing

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("cap_bytes", self.cap_bytes, "bytes of output kept, head and tail");
    field("policy", self.policy, "drop-oldest, or block while a follower is behind");
  }
};

struct pty_request {
  std::int64_t cols = 80;
  std::int64_t rows = 24;
  std::string resize = "last"; ///< last | smallest: whose size it has

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("cols", self.cols, "columns of the terminal");
    field("rows", self.rows, "rows of the terminal");
    field("resize", self.resize, "whose size it has: last to set one, or smallest of its viewers");
  }
};

/// Starts a process beside the command shells; it outlives the call. A program that cannot start is an error, and no process.
struct start_process {
  using response = process_info;
  static constexpr auto name = "start_process";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string command;           ///< run by `bash -c`; either this or argv
  std::vector<std::string> argv; ///< a program and its arguments
  std::string cwd;
  string_map env;
  std::string user;
  std::string stdin_mode = "none"; ///< none: an empty input | pipe. A terminal has one anyway
  std::optional<pty_request> pty;
  bool merge = false;        ///< stdout and stderr through one pipe: exact order, one stream
  std::string tag;           ///< 0-128 bytes; need not be unique
  std::string terminal_name; ///< of one with a PTY; empty: its id
  std::optional<std::int64_t> timeout_ms, no_output_timeout_ms;
  std::string on_disconnect = "keep"; ///< keep | kill: when the client leaves before the answer
  output_policy output;
  std::int64_t wait_ms = 0;    ///< answer later than at the start: when it has ended, or after this time
  std::string create = "auto"; ///< auto | never: whether a missing session is made

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("command", self.command, "shell text, run by bash -c");
    field("argv", self.argv, "a program and its arguments, instead of command");
    field("cwd", self.cwd, "directory in which it starts");
    field("env", self.env, "environment, on top of the session's");
    field("user", self.user, "account inside, by name or uid[:gid]");
    field("stdin", self.stdin_mode, "none or pipe");
    field("pty", self.pty, "run on a terminal of this size");
    field("merge", self.merge, "stdout and stderr through one pipe");
    field("tag", self.tag, "free label to select it by");
    field("name", self.terminal_name, "name as a terminal (with pty)");
    field("timeout_ms", self.timeout_ms, "kill it and all it started after this time");
    field("no_output_timeout_ms", self.no_output_timeout_ms, "the same after this long without output");
    field("on_disconnect", self.on_disconnect, "keep or kill when the client leaves before the answer");
    field("output", self.output, "what is kept of its output");
    field("wait_ms", self.wait_ms, "wait this long for its end before answering");
    field("create", self.create, "auto or never");
  }
};

/// Processes are named by `process`: an id, "pid:N", "tag:T", or "name:N" of a terminal. A live one wins over ended ones, then the newest.
struct get_process {
  using response = process_info;
  static constexpr auto name = "get_process";
  static constexpr bool waits = true;

  session_ref session;
  std::string process;
  std::int64_t wait_ms = 0; ///< answer when it has ended, at the latest after this time; at most 24 h
};

struct process_page {
  std::vector<process_info> items;
  std::string next_cursor; ///< empty: this was the last page
};

/// Newest first.
struct list_processes {
  using response = process_page;
  static constexpr auto name = "list_processes";

  session_ref session;
  std::vector<process_state> states; ///< empty: all
  std::vector<process_kind> kinds;   ///< empty: all
  std::string tag;                   ///< empty: any
  std::int64_t limit = 100;          ///< 1-1000
  std::string cursor;
};

/// TERM to everything that it started, then after a grace KILL. Answers when it has ended; at once when it has already.
struct end_process {
  using response = process_info;
  static constexpr auto name = "end_process";
  static constexpr bool waits = true;

  session_ref session;
  std::string process;
  std::int64_t grace_ms = 2000; ///< 0-600000
  bool purge = false;           ///< forget it and its output afterwards
};

struct output_page {
  std::string id;
  std::vector<journal_record> records;
  std::int64_t next = 0;
  std::int64_t oldest = 0;
  process_state state = process_state::running;
  std::optional<process_end> end; ///< only when these records reach it, or lie behind it
  bool found = false;             ///< `until` is in them, at their end
};

struct read_output {
  using response = output_page;
  static constexpr auto name = "read_output";
  static constexpr bool waits = true;

  session_ref session;
  std::string process;
  std::int64_t since = 0;           ///< an offset
  bool from_end = false;            ///< only what comes, instead of `since`
  std::optional<std::int64_t> tail; ///< the last N bytes, instead of `since`
  std::int64_t limit = 65536;       ///< bytes, 1 to 1 MiB
  std::int64_t wait_ms = 0;         ///< for output (or `until`), at most 60000
  std::string until;                ///< literal text that ends the wait and the answer; at most 4096 bytes
  std::string stream;               ///< stdout, stderr or output; empty: all
};

/// A follower's place at a process: its own cursor in the output, and the shared input. As long as it lives the session is
/// not idle. Thread safe, may outlive the process.
struct process_view {
  process_info info;
  std::shared_ptr<journal_reader> output; ///< tells the end, too
  std::shared_ptr<input_stream> input;    ///< empty: it has none, or the follower only looks
  std::uint64_t viewer = 0;               ///< names this follower to resize_terminal
  std::shared_ptr<size_news> sizes;       ///< of a terminal: tells when others change the size
  std::shared_ptr<void> lease;            ///< its end is told to the session
};

struct attach_process {
  using response = process_view;
  static constexpr auto name = "attach_process";

  session_ref session;
  std::string process;
  std::int64_t since = 0;
  bool from_end = false;
  std::optional<std::int64_t> tail;
  std::string stream;
  std::string lag; ///< skip | catch_up; empty: skip for a terminal, else catch_up
  bool read_only = false;
};

struct accepted_input {
  std::int64_t accepted = 0; ///< bytes of this call that are new
  std::int64_t offset = 0;   ///< bytes of input so far
  bool eof = false;
};

/// Input for a process. Answers when the process' pipe has all of it, or `wait_ms` is over; what was accepted is not lost then.
struct write_stdin {
  using response = accepted_input;
  static constexpr auto name = "write_stdin";
  static constexpr bool waits = true;
  static constexpr bool idempotent = true;

  session_ref session;
  std::string process;
  std::string bytes;
  std::vector<std::string> keys;  ///< of a terminal, after the bytes: "ctrl-c", "up", "f5" (see parse_key), at most 256
  std::optional<std::int64_t> at; ///< offset of their first byte: what was accepted before is not repeated
  bool eof = false;               ///< end of input after them
  std::int64_t wait_ms = 30'000;
};

struct signalled_process {};

/// Sends a signal to what runs. `process_ended` for what does not.
struct signal_process {
  using response = signalled_process;
  static constexpr auto name = "signal_process";

  session_ref session;
  std::string process;
  std::string signal = "TERM"; ///< "INT" or "SIGINT", as in signal(7)
  std::string to = "process";  ///< process | group | tree (everything that it started). In a command shell all mean the last

  template <class Self, class Field> static void fields(Self&& self, Field field) {
    field("signal", self.signal, "name as in signal(7)");
    field("to", self.to, "process, group or tree");
  }
};

} // namespace strata
