// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What server and agent say to each other over the session's control socket (SOCK_SEQPACKET): one frame per packet.
/// The server is the client: it sends requests with a nonzero number, the agent answers each with a reply or a
/// `failure` of the same number, and tells events with number 0. Descriptors travel by SCM_RIGHTS with the frame.
/// Types are grouped so that later verbs have their place: 0x1xx processes, 0x2xx shells, 0x3xx terminals,
/// 0x4xx files, 0x5xx dial, 0x6xx adoption.
namespace strata::wire {

inline constexpr std::uint32_t protocol_version = 1;

enum class message : std::uint32_t {
  hello = 1, ///< hello → hello_reply. The first frame on a connection, else the agent hangs up
  hello_reply = 2,
  failure = 3, ///< instead of a reply
  done = 4,    ///< reply without a body
  usage = 5,   ///< (no body) → usage_reply
  usage_reply = 6,

  /// run + 3 descriptors (stdin, stdout, stderr of the child) → started; later the event `ended`. A fourth one is the program
  /// itself: then argv[0] is only its name, and nothing of the session is needed to start it
  run = 0x100,
  started = 0x101,
  end_command = 0x102, ///< end_command → done; the event `ended` follows when everything is dead
  ended = 0x103,       ///< event

  signal_command = 0x104, ///< signal_command → done; refused with no_such_process when it is not running

  open_shell = 0x200,  ///< open_shell → started
  close_shell = 0x201, ///< close_shell → done
  /// shell_run → started + descriptors: read end of stdout, of stderr unless merged, write end of stdin if asked for
  shell_run = 0x202,
  shell_ended = 0x203, ///< event

  open_pty = 0x300,   ///< open_pty + no descriptors → started + the controller end; later the event `ended`
  resize_pty = 0x301, ///< resize_pty → done

  keep = 0x600,      ///< keep + descriptors → done: the agent holds them with the process, for a later server
  list_kept = 0x601, ///< (no body) → kept_list
  kept_list = 0x602,
  take_back = 0x603, ///< take_back → taken_back + copies of those descriptors
  taken_back = 0x604,
  release = 0x605, ///< release → done: the end was heard and the descriptors are needed no more
};

/// First bytes of every packet. `size` body bytes follow, or, with in_memfd, they are the contents of the packet's last descriptor.
struct frame_header {
  message type;
  std::uint32_t number;
  std::uint32_t size;
  std::uint32_t flags;
};
inline constexpr std::uint32_t in_memfd = 1;
inline constexpr std::size_t max_inline_body = 48 * 1024; ///< larger bodies travel in a memfd
inline constexpr std::size_t max_body = 16 * 1024 * 1024; ///< anything above is refused by either side
inline constexpr std::size_t max_descriptors = 8;

struct hello {
  std::uint32_t version = protocol_version;
  std::uint32_t orphan_ms = 30'000; ///< the agent ends itself after this long without a connected server
  template <class S, class F> static void fields(S&& s, F f) { f(s.version, s.orphan_ms); }
};

struct hello_reply {
  std::uint32_t version = protocol_version;
  template <class S, class F> static void fields(S&& s, F f) { f(s.version); }
};

/// Why a request was refused. `number` is an errno value or 0.
enum class refusal : std::uint32_t {
  invalid,
  no_such_shell,
  shell_is_busy,
  user_not_found,
  cwd_not_found,
  command_not_found,
  not_executable,
  start_failed,
  no_such_process,
  file_not_found,
  user_not_mapped ///< the account is there, but its ids are none of the session's
};

struct failure {
  refusal why = refusal::invalid;
  std::int32_t number = 0;
  std::string text;
  template <class S, class F> static void fields(S&& s, F f) { f(s.why, s.number, s.text); }
};

struct usage_reply {
  std::int64_t processes = 0; ///< inside the session, the agent not counted
  std::int64_t memory_bytes = 0;
  std::int64_t cpu_ms = 0;
  template <class S, class F> static void fields(S&& s, F f) { f(s.processes, s.memory_bytes, s.cpu_ms); }
};

/// A program as its own process under its own keeper.
struct run {
  std::string id;
  std::vector<std::string> argv;
  std::vector<std::string> env; ///< the whole environment, K=V
  std::string cwd;              ///< empty: the home of the user
  std::string user;             ///< name, uid or uid:gid by the session's /etc/passwd; empty: root
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.argv, s.env, s.cwd, s.user); }
};

struct started {
  std::int32_t pid = 0;
  template <class S, class F> static void fields(S&& s, F f) { f(s.pid); }
};

struct end_command {
  std::string id;
  template <class S, class F> static void fields(S&& s, F f) { f(s.id); }
};

struct signal_command {
  std::string id;
  std::int32_t number = 0; ///< as in signal(7)
  std::uint8_t to =
    0; ///< 0: the program, 1: its process group, 2: everything that it started (in a shell always that, but not bash)
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.number, s.to); }
};

struct ended {
  std::string id;
  std::int32_t status = 0;        ///< as waitpid(2) gives it
  std::uint8_t killed = 0;        ///< end_command came before it had ended
  std::uint32_t left_running = 0; ///< processes that it started and that live on
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.status, s.killed, s.left_running); }
};

struct open_shell {
  std::string name;
  std::vector<std::string> env; ///< the whole environment, K=V
  std::string cwd;
  std::string user;
  std::vector<std::string> startup;
  template <class S, class F> static void fields(S&& s, F f) { f(s.name, s.env, s.cwd, s.user, s.startup); }
};

struct close_shell {
  std::string name;
  template <class S, class F> static void fields(S&& s, F f) { f(s.name); }
};

/// One command in a shell. One at a time per shell: the server queues.
struct shell_run {
  std::string id;
  std::string shell;
  std::string command;
  std::vector<std::string> env; ///< K=V for this command only; names are [A-Za-z_][A-Za-z0-9_]*
  std::string cwd;              ///< empty: where the shell is
  std::uint8_t merge = 0;
  std::uint8_t want_stdin = 0; ///< else the command reads an empty input
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.shell, s.command, s.env, s.cwd, s.merge, s.want_stdin); }
};

enum class shell_outcome : std::uint8_t {
  status,      ///< the command ended; `value` is what `$?` was
  bash_exited, ///< bash itself ended with `value` (exit, exec, set -e)
  bash_killed, ///< bash itself died of signal `value`
  refused,     ///< nothing of it ran and the shell is as it was: its cwd could not be entered (`value` 1), or the shell holds
               ///< the variable `value` - 2 of its env readonly
  lost,        ///< bash never began the command; nothing of it ran. The shell cannot be trusted any more and has ended, too
};

struct shell_ended {
  std::string id;
  shell_outcome outcome = shell_outcome::lost;
  std::int32_t value = 0;
  std::uint8_t killed = 0;        ///< end_command came before it had ended
  std::uint32_t left_running = 0; ///< of this command; earlier jobs of the shell are not counted
  std::string cwd;                ///< of the shell, after the command (last known one when bash ended)
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.outcome, s.value, s.killed, s.left_running, s.cwd); }
};

/// A program as its own process on a terminal of its own, as its controlling one. Fields as in `run`.
struct open_pty {
  std::string id;
  std::vector<std::string> argv;
  std::vector<std::string> env;
  std::string cwd;
  std::string user;
  std::uint16_t cols = 80; ///< 0 where unknown, as in tty_ioctl(4)
  std::uint16_t rows = 24;
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.argv, s.env, s.cwd, s.user, s.cols, s.rows); }
};

/// What a server holds of a process of its own (`run`, `open_pty`): its pipes and the files of its journal, by names that mean
/// something to servers only. They leave the agent when a server has heard of the end (release, take_back).
struct keep {
  std::string id;
  std::vector<std::string> names; ///< one for each descriptor
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.names); }
};

/// The processes with kept descriptors: those that run, and those whose end no server is known to have heard of.
struct kept_list {
  std::vector<std::string> ids;
  template <class S, class F> static void fields(S&& s, F f) { f(s.ids); }
};

struct take_back {
  std::string id;
  template <class S, class F> static void fields(S&& s, F f) { f(s.id); }
};

struct release {
  std::string id;
  template <class S, class F> static void fields(S&& s, F f) { f(s.id); }
};

/// One that has ended is told hereby, and forgotten; of the others the event `ended` comes.
struct taken_back {
  std::int32_t pid = 0;
  std::uint8_t has_ended = 0;
  ended end;
  std::vector<std::string> names;
  template <class S, class F> static void fields(S&& s, F f) { f(s.pid, s.has_ended, s.end, s.names); }
};

struct resize_pty {
  std::string id;
  std::uint16_t cols = 80;
  std::uint16_t rows = 24;
  template <class S, class F> static void fields(S&& s, F f) { f(s.id, s.cols, s.rows); }
};

} // namespace strata::wire
