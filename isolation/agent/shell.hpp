// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent/hunt.hpp"
#include "isolation/agent/server_link.hpp"
#include "isolation/agent/shell_files.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace strata::agent {

/// What every shell works with.
struct shell_surroundings {
  server_link& server;
  keepers& all;
  birth_marks& marks;
  hunting_ground ground;
};

/// One persistent bash that runs commands one after the other. It reads control text (shell_text.hpp) from a pipe and
/// tells by FIFOs how far it is (shell_files.hpp).
class shell : public std::enable_shared_from_this<shell> {
public:
  shell(shell_surroundings& around, std::string name, std::unique_ptr<shell_files> files);

  /// Starts bash; replies by itself, when the startup files are through. `watch` is told to end when bash has ended.
  void open(requester from, wire::open_shell request);
  void run(requester from, wire::shell_run request);
  /// To everything that the command started; bash itself is left alone. False: that is not the command under way, or
  /// nothing of it could be signalled.
  bool signal(const std::string& id, int number);
  /// False: that is not the command under way.
  bool end(const std::string& id);
  /// bash and everything below it is being killed: from now on an end is one by force.
  void close(std::function<void()> ended);

  bool has_ended() const noexcept { return state_ == state::ended; }
  std::set<birth_mark> marks() const { return marks_; }

private:
  enum class state { starting, sourcing, idle, running, ended };
  struct command {
    std::string id;
    birth_mark mark = 0;
    bool begun = false;
    std::optional<int> refused; ///< why it does not begin (shell_text.hpp)
    bool killed = false;
    bool hunting = false;
    std::uint32_t left = 0;
    std::vector<unique_fd> held;
    std::optional<int> bash_status;
  };

  void on_started();
  void on_failed(wire::refusal why, int number);
  void on_report();
  void on_status(int status);
  void on_bash_ended(int status, bool others);
  void on_hunted(std::uint32_t left);
  void finish(wire::shell_outcome outcome, int value, std::uint32_t left);
  void finish_by_bash(int status, std::uint32_t left);
  void look_for_silence();
  void look_again();
  void drop_files();
  std::optional<std::string> find_directory(const std::string& cwd);
  bool has_read_everything() const;
  bool give(const std::string& text);
  std::uint32_t count_left();
  prey started_by_command(bool bash_too) const;
  void update_cwd();

  shell_surroundings& around_;
  std::string name_;
  std::unique_ptr<shell_files> files_;
  std::shared_ptr<kept> keeper_;
  unique_fd control_;
  state state_ = state::starting;
  requester opener_;
  bool has_startup_ = false;
  std::string cwd_;
  std::set<birth_mark> marks_;
  std::optional<command> command_;
  std::string heard_; ///< from the report FIFO, as far as it may still become a status
  int idle_looks_ = 0;
  event_loop::timer watchdog_ = 0;
  bool closing_ = false;
  std::vector<std::function<void()>> when_ended_;
};

} // namespace strata::agent
