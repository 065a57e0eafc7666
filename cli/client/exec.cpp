// SPDX-License-Identifier: MIT
#include "cli/client/exec.hpp"

#include "cli/client/connection.hpp"
#include "cli/client/console.hpp"
#include "cli/client/detached.hpp"
#include "cli/client/flag_values.hpp"

#include <atomic>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <strata/v1/process.grpc.pb.h>
#include <unistd.h>

namespace strata::client {

namespace {

constexpr int timed_out_code = 124, own_error_code = 125, not_executable_code = 126, not_found_code = 127;
constexpr char end_of_transmission = 4;          // VEOF, termios(3)
constexpr std::int64_t most_untaken = 128 << 10; // process.proto, RunRequest.input

using start_message = v1::RunRequest::Start;

result<start_message> read_start(const invocation& given, const session_name& name) {
  start_message start;
  *start.mutable_session() = ref_of(name);
  const std::vector<std::string> words{given.arguments.begin() + 1, given.arguments.end()};
  if (given.has("-c,--command")) {
    if (!words.empty())
      return error{errc::invalid_argument, "-c and words of a command are given together"};
    start.set_command(given.value("-c,--command"));
    start.set_shell(given.has("--fresh") ? "fresh" : given.has("--shell") ? given.value("--shell") : "session");
  } else {
    if (words.empty())
      return error{errc::invalid_argument, "no command is given (strata exec OWNER/SESSION -- CMD..., or -c 'TEXT')"};
    if (given.has("--shell"))
      return error{errc::invalid_argument, "--shell needs shell text (-c 'TEXT')"};
    start.mutable_argv()->Add(words.begin(), words.end());
  }
  STRATA_CHECK(read_pairs(given, "--env", *start.mutable_env()));
  start.set_cwd(given.value("--cwd"));
  start.set_user(given.value("--as"));
  start.set_merge(given.has("--merge"));
  STRATA_TRY(const auto timeout, read_time(given, "--timeout"));
  if (timeout)
    *start.mutable_timeout() = *timeout;
  STRATA_TRY(const auto wait, read_time(given, "--wait"));
  if (wait)
    *start.mutable_wait() = *wait;
  const auto leaving = given.value("--on-disconnect");
  if (!leaving.empty() && leaving != "kill" && leaving != "keep")
    return error{errc::invalid_argument, "--on-disconnect: expected kill or keep"};
  start.set_on_disconnect(leaving == "keep" ? v1::ON_DISCONNECT_KEEP : v1::ON_DISCONNECT_KILL);
  if (given.has("--no-create"))
    start.set_create(v1::CREATE_MODE_NEVER);
  return start;
}

/// One command from its start to its end.
class running {
public:
  running(const connection_to_server& server, const std::shared_ptr<grpc::Channel>& channel, console& here, start_message start)
    : here_{here}, context_{server.context(std::chrono::seconds{0})}, stub_{v1::ProcessService::NewStub(channel)},
      stream_{stub_->Run(context_.get())} {
    v1::RunRequest first;
    *first.mutable_start() = std::move(start);
    send(first);
  }

  void listen(bool with_input, bool terminal) {
    console::events events;
    if (with_input) {
      events.input = [this](std::string_view bytes) { give(bytes); };
      events.end_of_input = [this, terminal] {
        if (terminal) {
          give({&end_of_transmission, 1});
          return true; // again, as terminal_view does
        }
        v1::RunRequest message;
        message.mutable_end_of_input();
        send(message);
        return false;
      };
    }
    events.signal = [this](int number) { pass_on(number); };
    events.resize = [this](std::uint16_t cols, std::uint16_t rows) {
      v1::RunRequest message;
      message.mutable_resize()->set_cols(cols);
      message.mutable_resize()->set_rows(rows);
      send(message);
    };
    here_.start(std::move(events));
  }

  /// The exit code; an error is Strata's own.
  result<int> follow() {
    std::optional<int> code;
    for (v1::ProcessEvent event; stream_->Read(&event);) {
      if (event.has_output()
          && !write_all(event.output().stream() == "stderr" ? STDERR_FILENO : STDOUT_FILENO, event.output().data())) {
        context_->TryCancel();
        code = 128 + SIGPIPE;
      } else if (event.has_input()) {
        on_taken(event.input());
      } else if (event.has_end()) {
        tell_limits(event.end());
        code = code_of(event.end());
        if (!code)
          return error{errc::session_lost, "run command: " + event.end().reason()};
      } else if (event.has_handed_over()) {
        write_all(STDERR_FILENO, fmt::format("strata: running as {}\n", event.handed_over().id()));
        code = 0;
      }
    }
    const auto status = stream_->Finish();
    if (code)
      return *code;
    if (interrupted_ > 1)
      return 128 + SIGINT;
    return error_of(status);
  }

private:
  static void tell_limits(const v1::ProcessEvent::End& end) {
    std::string names;
    for (const auto& limit : end.limits_hit())
      names.append(names.empty() ? "" : ", ").append(limit);
    if (!names.empty())
      write_all(STDERR_FILENO, fmt::format("strata: limits hit: {}\n", names));
  }

  static std::optional<int> code_of(const v1::ProcessEvent::End& end) {
    if (end.timed_out())
      return timed_out_code;
    if (end.has_exit_code())
      return end.exit_code();
    if (end.has_signal())
      return 128 + end.signal();
    return std::nullopt;
  }

  void give(std::string_view bytes) {
    v1::RunRequest message;
    message.set_input(bytes.data(), bytes.size());
    {
      std::lock_guard guard{mutex_};
      untaken_ += static_cast<std::int64_t>(bytes.size());
      if (untaken_ >= most_untaken)
        here_.set_reading(false);
    }
    send(message);
  }

  void on_taken(const v1::ProcessEvent::Input& input) {
    std::lock_guard guard{mutex_};
    untaken_ -= input.taken() - taken_;
    taken_ = input.taken();
    if (untaken_ < most_untaken && !input.closed())
      here_.set_reading(true);
  }

  void pass_on(int number) {
    if (number == SIGINT && ++interrupted_ > 1)
      return context_->TryCancel();
    v1::RunRequest message;
    message.mutable_signal()->set_signal(::sigabbrev_np(number));
    message.mutable_signal()->set_to(v1::SIGNAL_TARGET_TREE);
    send(message);
  }

  void send(const v1::RunRequest& message) {
    std::lock_guard guard{writing_};
    stream_->Write(message); // a failure is told by the end of the stream
  }

  console& here_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<v1::ProcessService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::RunRequest, v1::ProcessEvent>> stream_;
  std::mutex writing_;
  std::mutex mutex_;
  std::int64_t untaken_ = 0;
  std::int64_t taken_ = 0;
  std::atomic<int> interrupted_{0};
};

int failure_code(const error& failure) {
  return failure.code == errc::command_not_found ? not_found_code
         : failure.code == errc::not_executable  ? not_executable_code
                                                 : own_error_code;
}

result<int> run_exec(const invocation& given) {
  std::optional<running> command; // ends after the console, whose thread uses it
  console here;                   // before gRPC's threads
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
  STRATA_TRY(auto start, read_start(given, name));
  if (given.has("-d,--detach"))
    return start_detached(server, start, given);
  for (const auto* flag : {"--tag", "--name"})
    if (given.has(flag))
      return error{errc::invalid_argument, std::string{flag} + " needs -d"};
  STRATA_TRY(const auto channel, server.channel());
  const bool terminal = given.has("-t,--tty");
  const bool with_input = terminal || given.has("-i,--interactive") || ::isatty(STDIN_FILENO) == 0;
  start.set_has_input(with_input);
  if (terminal) {
    const auto [cols, rows] = console::size();
    start.mutable_terminal()->set_cols(cols > 0 ? cols : 80);
    start.mutable_terminal()->set_rows(rows > 0 ? rows : 24);
    here.set_raw();
  }
  command.emplace(server, channel, here, std::move(start));
  command->listen(with_input, terminal);
  return command->follow();
}

} // namespace

command exec_command() {
  return {
    .words = {"exec"},
    .summary = "run a command in a session: strata exec OWNER/SESSION -- CMD...",
    .arguments = {{"SESSION", "OWNER/SESSION, SESSION with --owner, or @UID; a missing one is made"},
                  {.name = "CMD", .help = "the program and its arguments, after --", .required = false, .tail = true}},
    .flags = with_client_flags(
      {{"-c,--command", "TEXT", "shell text, in the session's command shell, instead of CMD"},
       {"--shell", "NAME", "with -c: another command shell"},
       {"--fresh", "", "with -c: a shell of its own"},
       {"-d,--detach", "", "start it as a process and leave; prints its id"},
       {"--tag", "TAG", "with -d: free label to select it by (tag:TAG)"},
       {"--name", "NAME", "with -d -t: name of the terminal"},
       {"-t,--tty", "", "on a terminal of its own"},
       {"-i,--interactive", "", "pass input on also when it is a terminal; with -d: input can be given later (strata input)"},
       {"--cwd", "DIR", "change to this directory first"},
       {"--env", "NAME=VALUE", "for this command; may be repeated", true},
       {"--as", "USER", "account inside, by name or uid[:gid]; not in a command shell"},
       {"--timeout", "TIME", "end it and all that it started after this time (exit code 124)"},
       {"--wait", "TIME", "wait no longer; the command lives on (exit code 0)"},
       {"--merge", "", "stdout and stderr in one stream, in exact order"},
       {"--on-disconnect", "kill|keep", "what becomes of it when this client goes away; kill if not given"},
       {"--no-create", "", "fail when the session is not there"}}),
    .run = run_exec,
    .failure_code = failure_code,
  };
}

} // namespace strata::client
