// SPDX-License-Identifier: MIT
#include "cli/client/attach.hpp"

#include "cli/client/named_process.hpp"
#include "cli/client/process_input.hpp"
#include "cli/client/process_text.hpp"
#include "cli/client/session_call.hpp"
#include "cli/client/terminal_view.hpp"
#include "cli/client/whole_number.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace strata::client {

namespace {

constexpr int left_code = 0;

/// What is no id and no selector is the name of a terminal.
std::string ref_of_word(const std::string& word) {
  const bool id = word.size() > 2 && word[0] == 'p' && word[1] >= '0' && word[1] <= '9' && word.find('-') != word.npos;
  return id || word.find(':') != word.npos ? word : "name:" + word;
}

/// Its output to standard output and error; standard input to it.
class follower {
public:
  follower(connection_to_server& server, v1::FollowOutputRequest request)
    : input_{server, request.session(), request.process()}, context_{server.context(std::chrono::seconds{0})}, request_{std::move(
                                                                                                                 request)} {}

  result<int> run(connection_to_server& server, console& here, bool read_only) {
    console::events events;
    if (!read_only) {
      events.input = [this](std::string_view bytes) { tell(input_.give(bytes)); };
      events.end_of_input = [this] {
        tell(input_.end());
        return false;
      };
    }
    events.signal = [this](int) {
      left_ = true;
      input_.stop();
      context_->TryCancel();
    };
    STRATA_TRY(const auto channel, server.channel());
    const auto stream = v1::ProcessService::NewStub(channel)->FollowOutput(context_.get(), request_);
    here.start(std::move(events));
    std::optional<int> code;
    for (v1::ProcessEvent event; stream->Read(&event);) {
      if (event.has_end())
        code = exit_code_of(event.end());
      else if (!show(event)) {
        left_ = true;
        context_->TryCancel();
      }
    }
    const auto status = stream->Finish();
    if (!code && !left_ && !status.ok())
      return error_of(status);
    return code.value_or(left_code);
  }

private:
  static bool show(const v1::ProcessEvent& event) {
    if (event.has_gap())
      return write_all(STDERR_FILENO, fmt::format("strata: {} bytes of output are missing at offset {} ({})\n",
                                                  event.gap().length(), event.gap().offset(), event.gap().why()));
    return !event.has_output()
           || write_all(event.output().stream() == "stderr" ? STDERR_FILENO : STDOUT_FILENO, event.output().data());
  }

  static void tell(const result<void>& given) {
    if (!given)
      write_all(STDERR_FILENO, "strata: " + given.error().message + "\n");
  }

  process_input input_;
  const std::unique_ptr<grpc::ClientContext> context_;
  const v1::FollowOutputRequest request_;
  std::atomic<bool> left_{false};
};

result<int> attach(const invocation& given) {
  std::optional<terminal_view> view;          // ends after the console, whose thread uses it
  std::optional<follower> other;              // likewise
  std::optional<console> here{std::in_place}; // before gRPC's threads
  STRATA_TRY(auto keys, detach_keys::parse(given.has("--detach-keys") ? given.value("--detach-keys") : "ctrl-p,ctrl-q"));
  STRATA_TRY(const auto since, whole_number(given, "--since"));
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(const auto name, parse_session_name(given.arguments.front(), server.owner()));
  v1::GetProcessRequest look;
  *look.mutable_session() = ref_of(name);
  look.set_process(ref_of_word(given.arguments.at(1)));
  STRATA_TRY(const auto found, ask(server, &v1::ProcessService::Stub::GetProcess, look));
  const auto& process = found.process();
  const bool read_only = given.has("--read-only");
  if (process.kind() == "terminal" && process.state() != v1::PROCESS_STATE_ENDED) {
    STRATA_TRY(const auto channel, server.channel());
    view.emplace(server, channel, *here, view_order{name, process.name(), read_only, std::move(keys), since, true});
    const auto code = view->follow();
    here.reset(); // the terminal has its mode back
    if (!code)
      return code.error();
    return code->value_or(left_code);
  }
  v1::FollowOutputRequest follow;
  *follow.mutable_session() = ref_of(name);
  follow.set_process(process.id());
  follow.set_since(since.value_or(0));
  other.emplace(server, std::move(follow));
  const auto code = other->run(server, *here, read_only || !process.has_stdin());
  here.reset();
  return code;
}

} // namespace

command attach_command() {
  return {
    .words = {"attach"},
    .summary = "be at a terminal of a session, or at another process: its output here, standard input to it",
    .arguments = {session_argument(), {"PROCESS", "name of a terminal, or id, pid:N or tag:T of a process"}},
    .flags = with_client_flags({{"--since", "OFFSET", "show its output from there; a terminal's: about what is on the screen"},
                                {"--read-only", "", "only look"},
                                {"--detach-keys", "KEYS", "leave a terminal as it is; default ctrl-p,ctrl-q; empty: none"}}),
    .run = attach,
  };
}

} // namespace strata::client
