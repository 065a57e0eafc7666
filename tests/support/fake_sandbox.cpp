// SPDX-License-Identifier: MIT
#include "tests/support/fake_sandbox.hpp"

#include <algorithm>
#include <csignal>

namespace strata::test {

namespace {

constexpr int some_pid = 7;

error lost(const std::string& cause) { return {errc::session_lost, "session lost during the command: " + cause}; }

} // namespace

command_end exited(int code, std::string out, std::string cwd) {
  command_end end;
  end.exit_code = code;
  end.output.out = {out, static_cast<std::int64_t>(out.size()), -1};
  end.output.combined = end.output.out;
  end.cwd = std::move(cwd);
  return end;
}

command_end killed(bool with_its_shell) {
  command_end end;
  end.how = command_end::cause::killed;
  end.signal = SIGKILL;
  end.shell_ended = with_its_shell;
  return end;
}

void fake_sandbox::open_shell(shell_spec spec, callback<int> answer) {
  std::lock_guard guard{mutex_};
  if (dead_)
    return answer(lost("it is dead"));
  opened.push_back(spec);
  openings.push_back({std::move(spec), std::move(answer)});
  if (does.opens)
    answer_opening(some_pid);
}

void fake_sandbox::answer_opening(result<int> pid) {
  std::lock_guard guard{mutex_};
  if (openings.empty())
    return;
  auto answer = std::move(openings.front().answer);
  openings.pop_front();
  answer(std::move(pid));
}

void fake_sandbox::close_shell(std::string name, callback<bool> answer) {
  std::lock_guard guard{mutex_};
  if (dead_)
    return answer(lost("it is dead"));
  closings.push_back({std::move(name), std::move(answer)});
  if (does.closes_shells)
    answer_closing();
}

void fake_sandbox::answer_closing() {
  std::lock_guard guard{mutex_};
  if (closings.empty())
    return;
  auto next = std::move(closings.front());
  closings.pop_front();
  for (auto opening = openings.begin(); opening != openings.end(); ++opening)
    if (opening->spec.name == next.name) { // one that it ends while it opens
      auto answer = std::move(opening->answer);
      openings.erase(opening);
      answer(error{errc::shell_lost, "start shell: it ended"});
      break;
    }
  for (auto it = commands.begin(); it != commands.end();)
    if (auto here = it++; here->spec.shell == next.name)
      finish(here, killed(true));
  next.answer(true);
}

void fake_sandbox::run(command_spec spec, callback<int> started, callback<command_end> ended) {
  std::lock_guard guard{mutex_};
  if (dead_)
    return started(lost("it is dead"));
  ran.push_back(spec);
  const auto text = spec.command;
  commands.push_back({std::move(spec), std::move(started), std::move(ended)});
  if (does.starts)
    start(text, some_pid);
}

void fake_sandbox::start(const std::string& text, result<int> pid) {
  std::lock_guard guard{mutex_};
  auto which =
    std::find_if(commands.begin(), commands.end(), [&](const auto& it) { return !it.running && it.spec.command == text; });
  if (which == commands.end())
    return;
  auto started = std::exchange(which->started, nullptr);
  if (!pid) {
    commands.erase(which);
    return started(std::move(pid));
  }
  which->running = true;
  started(std::move(pid));
  if (which->kill_asked && does.kills)
    finish(which, killed(!which->spec.shell.empty()));
  else if (does.ends)
    finish(which, exited(0, text));
}

fake_sandbox::command* fake_sandbox::find(const std::string& text) {
  std::lock_guard guard{mutex_};
  auto which = std::find_if(commands.begin(), commands.end(), [&](const auto& it) { return it.spec.command == text; });
  return which == commands.end() ? nullptr : &*which;
}

bool fake_sandbox::runs(const std::string& text) {
  std::lock_guard guard{mutex_};
  const auto* which = find(text);
  return which && which->running;
}

void fake_sandbox::end(const std::string& text, result<command_end> how) {
  std::lock_guard guard{mutex_};
  auto which =
    std::find_if(commands.begin(), commands.end(), [&](const auto& it) { return it.running && it.spec.command == text; });
  if (which != commands.end())
    finish(which, std::move(how));
}

void fake_sandbox::end(const std::string& text, int exit_code) { end(text, result<command_end>{exited(exit_code)}); }

void fake_sandbox::finish(std::list<command>::iterator which, result<command_end> how) {
  auto gone = std::move(*which);
  commands.erase(which);
  if (gone.running && gone.spec.output && how) {
    gone.spec.output->append(output_stream::out, how->output.out.data);
    gone.spec.output->append(output_stream::err, how->output.err.data);
  }
  if (gone.running)
    gone.ended(std::move(how));
  else
    gone.started(how ? error{errc::shell_not_found, "no such shell"} : how.error());
}

void fake_sandbox::end_command(std::string id) {
  std::lock_guard guard{mutex_};
  auto which = std::find_if(commands.begin(), commands.end(), [&](const auto& it) { return it.spec.id == id; });
  if (which == commands.end())
    return;
  which->kill_asked = true;
  if (does.kills && which->running)
    finish(which, killed(!which->spec.shell.empty()));
}

void fake_sandbox::signal_command(std::string id, int number, signal_target, callback<bool> sent) {
  std::lock_guard guard{mutex_};
  signals.emplace_back(std::move(id), number);
  sent(true);
}

void fake_sandbox::resize_terminal(std::string id, terminal_size size, callback<bool> done) {
  std::lock_guard guard{mutex_};
  resized.emplace_back(std::move(id), size);
  done(true);
}

void fake_sandbox::output_so_far(std::string, std::function<void(command_output)> view) {
  std::lock_guard guard{mutex_};
  output_questions.push_back(std::move(view));
  if (does.tells || gone_)
    answer_output(output);
}

void fake_sandbox::answer_output(command_output so_far) {
  std::lock_guard guard{mutex_};
  if (output_questions.empty())
    return;
  auto view = std::move(output_questions.front());
  output_questions.pop_front();
  view(std::move(so_far));
}

void fake_sandbox::usage(callback<sandbox_usage> seen) {
  std::lock_guard guard{mutex_};
  if (dead_)
    return seen(lost("it is dead"));
  usage_questions.push_back(std::move(seen));
  if (does.tells)
    answer_usage(sandbox_usage{3, 4096, 12, std::nullopt});
}

void fake_sandbox::answer_usage(result<sandbox_usage> usage) {
  std::lock_guard guard{mutex_};
  if (usage_questions.empty())
    return;
  auto seen = std::move(usage_questions.front());
  usage_questions.pop_front();
  seen(std::move(usage));
}

void fake_sandbox::drop_everything(const error& failure, bool closing_it) {
  dead_ = true;
  for (auto& question : std::exchange(openings, {}))
    question.answer(failure);
  for (auto& question : std::exchange(closings, {}))
    question.answer(failure);
  for (auto& question : std::exchange(usage_questions, {}))
    question(failure);
  for (auto& question : std::exchange(output_questions, {}))
    question({});
  while (!commands.empty()) {
    auto which = commands.begin();
    if (closing_it && which->running)
      finish(which, killed(false));
    else
      finish(which, failure);
  }
}

void fake_sandbox::die(const std::string& cause) {
  std::lock_guard guard{mutex_};
  if (dead_ || closed_)
    return;
  drop_everything(lost(cause), false);
  if (auto died = std::exchange(died_, nullptr))
    died(cause);
}

void fake_sandbox::close(std::function<void()> gone, std::function<void()> files_gone) {
  std::lock_guard guard{mutex_};
  const bool first = !std::exchange(closed_, true);
  if (gone)
    gone_ ? gone() : when_gone_.push_back(std::move(gone));
  if (files_gone)
    files_gone_ ? files_gone() : when_files_gone_.push_back(std::move(files_gone));
  if (first && does.goes)
    go();
}

void fake_sandbox::go() {
  std::lock_guard guard{mutex_};
  if (!closed_ || gone_)
    return;
  drop_everything(lost("it was closed"), true);
  died_ = nullptr;
  gone_ = true;
  for (auto& told : std::exchange(when_gone_, {}))
    told();
  if (does.cleans)
    clean();
}

void fake_sandbox::clean() {
  std::lock_guard guard{mutex_};
  if (!gone_ || files_gone_)
    return;
  files_gone_ = true;
  for (auto& told : std::exchange(when_files_gone_, {}))
    told();
}

bool fake_sandbox::alive() {
  std::lock_guard guard{mutex_};
  return !dead_ && !gone_;
}

bool fake_sandbox::closed() {
  std::lock_guard guard{mutex_};
  return closed_;
}

bool fake_sandbox::gone() {
  std::lock_guard guard{mutex_};
  return gone_;
}

bool fake_sandbox::clean_now() {
  std::lock_guard guard{mutex_};
  return files_gone_;
}

} // namespace strata::test
