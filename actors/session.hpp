// SPDX-License-Identifier: MIT
#pragma once

#include "actors/command_shell.hpp"
#include "actors/deadline_set.hpp"
#include "actors/exec_record.hpp"
#include "actors/input_wait.hpp"
#include "actors/mailbox.hpp"
#include "actors/output_query.hpp"
#include "actors/process_table.hpp"
#include "actors/registry_event.hpp"
#include "actors/runtime_options.hpp"
#include "actors/session_counters.hpp"
#include "actors/session_event.hpp"
#include "actors/watch_table.hpp"

#include <map>
#include <memory>
#include <utility>

namespace strata {

/// What a session starts as.
struct session_setup {
  session_info info; ///< state creating; key, uid, times, metadata, base, network
  string_map env;    ///< for every shell and fresh exec
  std::string user;  ///< of its shells; empty: root
  std::string cwd;   ///< where its shells start; empty: the home
  std::shared_ptr<session_counters> counters;
};

/// How a session reaches the rest of the world. Nothing here blocks.
struct session_ports {
  std::shared_ptr<mailbox<session_event>> self; ///< for answers of the sandbox
  std::function<void(registry_event)> registry;
  actor_clock clock;
  std::function<void(steady_time at, std::uint64_t epoch)> wake_at; ///< ask for session_tick{epoch}
  std::function<void()> finished;                                   ///< the actor may end
};

/// One session: it owns one sandbox, its named shells and its running execs. Knows no CAF: its actor hands it one event
/// after the other (session_actor.cpp), and it never waits for anything.
///
/// creating ──ready──► ready ──close, death, time──► closing ──gone──► closed. A launch that fails: creating ──► failed.
class session {
public:
  session(session_setup setup, const runtime_options& options, session_ports ports);
  ~session();

  /// Asks for the sandbox. Before any event.
  void start(sandbox_launcher& launcher);
  void handle(session_event event);

private:
  /// In the order in which they are looked at when due at the same time.
  enum class moment {
    create_timeout,
    exec_timeout,
    process_timeout,
    silence, ///< a look whether a process has written anything
    end_grace,
    queue_wait,
    call_wait,
    call_deadline,
    process_wait,   ///< a call waits for the end of a process
    output_wait,    ///< or for its output
    input_wait,     ///< or for it to take its input
    screen_quiet,   ///< or for its screen to stand still
    screen_wait,    ///< or for a look at it at all
    start_patience, ///< the sandbox was asked to begin a command
    kill_patience,  ///< or to end one
    shell_patience, ///< or to open or close a shell
    stats_patience, ///< or for its figures
    close_patience, ///< or to be gone
    drain,
    expiry,
    idle
  };
  struct screen_look {
    call<get_screen> asked;
    std::uint64_t process;
    std::int64_t version = -1; ///< the last one seen
    bool still = false;        ///< nothing changed for as long as was asked for
    bool over = false;         ///< its patience has ended
  };
  using exec_iterator = std::map<std::uint64_t, exec_record>::iterator;

  // session.cpp: birth and what the session is
  void on(sandbox_ready event);
  void become_ready();
  void fail_launch(const error& failure);
  bool over() const { return info_.state != session_state::creating && info_.state != session_state::ready; }
  bool busy() const;
  template <class Operation> bool too_early(call<Operation>& event);
  void refuse_early(const error& why);
  bool running() const;
  std::shared_ptr<const session_info> snapshot() const;

  // session_time.cpp: deadlines and the idle clock
  void on(session_tick event);
  void due(moment what, std::uint64_t number);
  void due_for_process(moment what, std::uint64_t number);
  void touch();
  void settle();

  // session_end.cpp: death
  void on(sandbox_died event);
  void on(sandbox_gone event);
  void on(sandbox_files_gone event);
  void on(session_drain event);
  void on(session_retire event);
  void begin_close(std::string reason, std::string words, std::string exec_reason);
  void lose(const std::string& cause);
  void close_sandbox();
  void await_end();
  void give_up_waiting();
  void answer_leftovers();
  void finish_if_over();

  // session_calls.cpp: what callers ask of the session itself
  void on(call<create_session> event);
  void on(call<update_session> event);
  void on(call<close_session> event);
  void on(call<get_session_stats> event);
  void on(usage_seen event);
  result<void> apply(const update_session& change);
  session_info shown(bool created) const;
  void set_expiry(std::optional<wall_time> at);

  // session_exec.cpp, session_exec_end.cpp: commands
  void on(call<exec_request> event);
  void on(command_started event);
  void on(command_ended event);
  void on(command_seen event);
  void on(client_gone event);
  process_record& add_exec(const exec_request& asked);
  void end_exec(std::uint64_t number, result<exec_response>& answer);
  void admit(exec_record& exec);
  void run(exec_record& exec);
  void kill(exec_record& exec, std::string reason);
  void hand_over(exec_record& exec);
  void finish(exec_iterator exec, result<exec_response> answer);
  void finish_unbegun(exec_iterator exec, const std::string& reason);
  void leave(exec_record& exec);
  void on_shell_missing(exec_iterator exec);

  // session_shells.cpp: named shells
  void on(call<open_shell> event);
  void on(call<list_shells> event);
  void on(call<close_shell> event);
  void on(shell_opened event);
  void on(shell_closed event);
  result<command_shell*> find_or_add_shell(const std::string& name);
  shell_spec plain_shell(const std::string& name) const;
  void make_anew(command_shell& shell) const;
  void enqueue(exec_record& exec);
  void pump(command_shell& shell);
  void open(command_shell& shell);
  void close(command_shell& shell);
  void forget_if_closed(const std::string& name);
  void fail_opening(command_shell& shell, const error& failure);
  void give_up(command_shell& shell);
  error busy_error(const command_shell& shell) const;
  shell_info shown(const command_shell& shell, bool created) const;

  // session_processes.cpp: processes and terminals from their start to their end
  void on(call<start_process> event);
  void on(process_started event);
  void on(process_ended event);
  process_record& add_process(process_kind kind);
  result<process_record*> make_process(const start_process& asked);
  void launch(process_record& process, command_spec spec);
  void await_silence(process_record& process);
  void look_for_silence(process_record& process);
  void kill(process_record& process, std::string reason);
  void set_ended(process_record& process, process_end end);
  void close_processes(const error& closed);
  void end_processes();

  // session_process_calls.cpp: what callers do with what runs
  void on(call<get_process> event);
  void on(call<list_processes> event);
  void on(call<end_process> event);
  void on(call<signal_process> event);
  void on(call<write_stdin> event);
  void on(input_taken event);
  void await_end_of(process_record& process, process_wait wait, std::int64_t wait_ms);
  void give_up_waiting_for(std::uint64_t wait);
  void forget_caller(std::uint64_t call_id);

  // session_output.cpp: what is read of their output
  void on(call<read_output> event);
  void on(call<attach_process> event);
  void on(output_told event);
  void on(viewer_gone event);
  std::pair<std::uint64_t, std::shared_ptr<void>> add_viewer(process_record& process, process_viewer who);

  // session_terminals.cpp: terminals and their viewers
  void on(call<attach_terminal> event);
  void on(call<open_terminal> event);
  void on(call<resize_terminal> event);
  result<process_record*> make_terminal(const std::string& name, terminal_size size, std::int64_t cap_bytes);
  void view(process_record& viewed, call<attach_terminal> event, bool created);
  void viewer_resized(process_record& terminal, std::uint64_t viewer);
  void set_size(process_record& terminal, terminal_size size);
  void fit_viewers(process_record& terminal);

  // session_screens.cpp: what is on their screens
  void on(call<get_screen> event);
  void on(screen_seen event);
  void on(keys_encoded event);
  void type(process_record& terminal, call<write_stdin> event);
  void look(std::uint64_t number, std::optional<std::int64_t> seen);
  void answer_look(std::map<std::uint64_t, screen_look>::iterator look, result<screen_shot> answer);

  // session_files.cpp, session_transfers.cpp, session_watches.cpp: what is done with files
  void on(call<stat_file> event);
  void on(call<list_files> event);
  void on(call<read_file> event);
  void on(call<write_file> event);
  void on(call<make_directory> event);
  void on(call<move_file> event);
  void on(call<copy_file> event);
  void on(call<remove_file> event);
  void on(call<set_file_attributes> event);
  void on(call<make_symlink> event);
  void on(call<edit_file> event);
  void on(call<search_files> event);
  void on(call<read_archive> event);
  void on(call<write_archive> event);
  void on(call<watch_files> event);
  void read_watch(call<watch_files> event, const std::shared_ptr<file_watch>& from);
  void on(file_told event);
  void on(file_released event);
  template <class Operation> bool may_begin(call<Operation>& event);
  template <class Operation, class Begin, class Encode> void begin_file(call<Operation> event, Begin begin, Encode encode);
  template <class Operation, class Body, class Encode>
  void ask_file(call<Operation> event, wire::files_message what, const Body& body, Encode encode);
  std::shared_ptr<void> hold_for_file();
  void fail_files(const error& why);

  const runtime_options options_;
  session_ports ports_;
  session_info info_;
  string_map env_;
  std::string user_;
  std::string cwd_;
  std::shared_ptr<session_counters> counters_;

  std::shared_ptr<sandbox> sandbox_; ///< closes itself when dropped (see own_sandbox)
  bool launching_ = false;
  bool gone_ = false;
  bool files_gone_ = false;
  bool retired_ = false;
  bool draining_ = false;
  std::optional<steady_time> drain_at_;

  std::uint64_t last_number_ = 0;
  std::uint64_t last_shell_ = 0;
  std::map<std::uint64_t, exec_record> execs_;
  std::map<std::string, command_shell> shells_;
  std::vector<call<create_session>> creators_;
  std::vector<session_event> early_; ///< calls that came before the sandbox was ready
  process_table processes_;
  std::uint64_t last_wait_ = 0;
  std::map<std::uint64_t, process_wait> waits_;
  std::map<std::uint64_t, std::pair<std::uint64_t, std::shared_ptr<output_query>>> queries_; ///< with the id of their call
  std::map<std::uint64_t, input_wait> inputs_;
  std::map<std::uint64_t, screen_look> screen_waits_;
  std::map<std::uint64_t, call<write_stdin>> typing_; ///< their keys are being looked up
  std::vector<std::uint64_t> screens_;                ///< terminals whose screens are in memory, the last looked at first
  struct file_call {
    std::uint64_t call_id;
    std::uint64_t asked; ///< its number at the sandbox
    std::function<void(result<file_told>)> tell;
  };
  std::map<std::uint64_t, file_call> files_;
  watch_table watches_;
  std::size_t open_files_ = 0; ///< whose bytes a client reads or writes
  std::vector<call<close_session>> closers_;
  std::uint64_t last_question_ = 0;
  std::map<std::uint64_t, call<get_session_stats>> questions_;

  deadline_set<moment> deadlines_;
  std::optional<steady_time> wake_;
  std::uint64_t wake_epoch_ = 0;
};

/// `box` as its owner holds it: whoever drops the last reference closes the sandbox, so that none is left behind when an
/// actor dies. close() is idempotent.
std::shared_ptr<sandbox> own_sandbox(std::shared_ptr<sandbox> box);

} // namespace strata
