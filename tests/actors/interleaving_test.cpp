// SPDX-License-Identifier: MIT
#include "tests/actors/scene.hpp"

#include <cstdlib>
#include <iostream>
#include <random>

/// Whatever comes in whatever order: each call is answered exactly once, no command runs twice, no exit code is made up,
/// and nothing is left. STRATA_TEST_SEED repeats a run.
namespace strata::test {

namespace {

constexpr unsigned runs = 40;
constexpr unsigned steps = 600;

runtime_options small_limits() {
  runtime_options options;
  options.max_sessions = 4;
  options.max_sessions_per_owner = 3;
  options.session_ttl = seconds{20};
  options.max_shells = 3;
  options.max_queued_calls = 6;
  options.max_fresh_execs = 2;
  options.max_ended_kept = 5;
  options.max_answers_kept = 20;
  options.kill_patience = seconds{2};
  options.start_patience = seconds{4};
  options.create_timeout = seconds{5};
  return options;
}

class storm {
public:
  storm(unsigned seed, bool crashes) : random_{seed}, crashes_{crashes} {
    at_.launcher.holds = true;
    at_.launcher.habits = {false, false, false, false, false, false, false, false};
  }

  void run() {
    for (unsigned i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      switch (number(12)) {
      case 0:
      case 1:
      case 2: call(); break;
      case 3:
      case 4:
        sandbox_acts();
        sandbox_acts();
        break;
      case 5: number(8) == 0 ? at_.launcher.fail({errc::internal, "no"}) : at_.launcher.succeed(); break;
      case 6: time_passes(); break;
      case 7: somebody_leaves(); break;
      default: at_.step(1 + number(20));
      }
      check();
    }
    calm_down();
  }

private:
  unsigned number(unsigned below) { return std::uniform_int_distribution<unsigned>{0, below - 1}(random_); }
  template <class T> T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + number(static_cast<unsigned>(choices.size())));
  }

  void call() {
    const std::string session = one_of({"s1", "s2", "s3"});
    switch (number(14)) {
    case 0: {
      auto request = creation(session);
      if (number(2) == 0)
        request.cwd = "/srv"; // is tried before the session is ready
      at_.begin(request);
      break;
    }
    case 1: at_.begin(opening(one_of({"session", "b", "c", "d"}), session)); break;
    case 2: at_.begin(shell_closing(one_of({"session", "b", "c"}), session)); break;
    case 3: at_.begin(shell_listing(session)); break;
    case 4: at_.begin(get_session_stats{{key(session), {}}}); break;
    case 5: at_.begin(asking(session)); break;
    case 6: at_.begin(list_sessions{}); break;
    case 7: {
      auto request = change(session);
      request.idle_ttl_ms = one_of({0, 1000, 20'000});
      if (number(4) == 0)
        request.expires_in_ms = one_of({0, 3000, 60'000});
      at_.begin(request);
      break;
    }
    case 8:
      if (number(3) == 0) {
        auto request = closing(session);
        request.wait_files = number(2) == 0;
        at_.begin(request);
      }
      break;
    default: exec(session);
    }
  }

  void exec(const std::string& session) {
    auto request = command("c" + std::to_string(++last_command_), session);
    request.shell = one_of({"session", "session", "b", "c", "d", "fresh"});
    request.create = one_of({"auto", "auto", "never"});
    request.on_disconnect = one_of({"kill", "keep"});
    if (number(2) == 0)
      request.timeout_ms = one_of({0, 500, 3000});
    if (number(3) == 0)
      request.wait_ms = one_of({0, 200, 2000});
    if (number(4) == 0)
      request.queue_ms = one_of({0, 300, 60'000});
    call_context context;
    if (number(5) == 0)
      context.deadline = at_.now() + milliseconds{number(3000)};
    if (number(12) == 0) {
      context.idempotency_key = "k" + std::to_string(number(50));
      context.content_digest = request.command;
      if (number(2) == 0) // the same again
        execs_.push_back({request.command, at_.begin(request, context)});
    }
    execs_.push_back({request.command, at_.begin(request, context)});
  }

  void sandbox_acts() {
    std::vector<std::shared_ptr<fake_sandbox>> there;
    for (const auto& box : at_.launcher.made)
      if (!box->clean_now())
        there.push_back(box);
    if (there.empty())
      return;
    auto& box = *there[number(static_cast<unsigned>(there.size()))];
    if (box.closed() && number(3) == 0)
      return number(2) == 0 ? box.go() : box.clean();
    switch (number(10)) {
    case 0:
    case 1:
      box.answer_opening(number(6) > 0 ? result<int>{7} : error{one_of({errc::cwd_not_found, errc::user_not_found}), "no"});
      break;
    case 2: box.answer_closing(); break;
    case 3: box.answer_output({}); break;
    case 4: box.answer_usage(sandbox_usage{}); break;
    case 5:
      if (number(30) == 0)
        box.die("by chance");
      break;
    default:
      if (!box.commands.empty()) {
        const auto& which = *std::next(box.commands.begin(), number(static_cast<unsigned>(box.commands.size())));
        which.running ? end(box, which) : start(box, std::string{which.spec.command});
      }
    }
  }

  void start(fake_sandbox& box, const std::string& text) {
    if (number(5) > 0) {
      EXPECT_EQ(++started_[text], 1) << text << " ran twice";
      return box.start(text, 7);
    }
    const bool in_shell = !box.find(text)->spec.shell.empty();
    box.start(text, error{in_shell && number(2) == 0 ? errc::shell_not_found : errc::cwd_not_found, "no"});
  }

  void end(fake_sandbox& box, const fake_sandbox::command& which) {
    const auto text = which.spec.command;
    const bool in_shell = !which.spec.shell.empty();
    if (which.kill_asked && number(2) == 0)
      return box.end(text, killed(in_shell));
    if (in_shell && number(15) == 0) {
      command_end lost;
      lost.how = command_end::cause::shell_lost;
      return box.end(text, lost);
    }
    const auto code = static_cast<int>(number(200));
    codes_[text] = code;
    auto how = exited(code, text);
    how.shell_ended = in_shell && number(4) == 0;
    box.end(text, how);
  }

  void time_passes() {
    at_.advance(milliseconds{one_of({1, 100, 500, 2500})});
    if (crashes_ && number(10) == 0)
      if (const auto* uid = at_.actor(number(4)))
        at_.crash(std::string{*uid});
  }

  void somebody_leaves() {
    if (!execs_.empty() && number(3) == 0)
      execs_[execs_.size() - 1 - number(std::min<unsigned>(static_cast<unsigned>(execs_.size()), 8))].second.disconnect();
  }

  void check() {
    std::size_t places = at_.launcher.waiting.size();
    for (const auto& box : at_.launcher.made) {
      std::map<std::string, int> in_shell;
      for (const auto& command : box->commands)
        EXPECT_LE(++in_shell[command.spec.shell], command.spec.shell.empty() ? 2 : 1) << "in shell " << command.spec.shell;
      places += box->gone() ? 0 : 1;
    }
    if (!crashes_) {
      EXPECT_LE(places, 4u);
    }
  }

  void calm_down() {
    at_.launcher.habits = {};
    at_.launcher.holds = false;
    while (!at_.launcher.waiting.empty())
      at_.launcher.succeed();
    for (auto& box : at_.launcher.made) {
      box->does = {};
      if (box->closed())
        box->go();
      box->clean();
    }
    at_.expect_clean_end();
    for (const auto& [text, exec] : execs_)
      if (exec.succeeded() && exec.value().exit_code) {
        const auto& told = exec.value().stdout_output.data;
        EXPECT_EQ(told, text);
        ASSERT_TRUE(codes_.count(text)) << text << " never ended by itself";
        EXPECT_EQ(*exec.value().exit_code, codes_[text]);
        EXPECT_EQ(exec.value().reason, "exited");
      }
  }

  std::mt19937 random_;
  bool crashes_;
  scene at_{small_limits()};
  int last_command_ = 0;
  std::vector<std::pair<std::string, outcome<exec_response>>> execs_;
  std::map<std::string, int> started_;
  std::map<std::string, int> codes_;
};

unsigned first_seed() {
  const char* given = std::getenv("STRATA_TEST_SEED");
  const auto seed = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
  std::cout << "STRATA_TEST_SEED=" << seed << '\n';
  return seed;
}

void rage(bool crashes) {
  const auto seed = first_seed();
  for (unsigned i = 0; i < runs && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("STRATA_TEST_SEED=" + std::to_string(seed + i));
    storm{seed + i, crashes}.run();
  }
}

} // namespace

TEST(interleaving, answers_each_call_once_and_leaves_nothing) { rage(false); }
TEST(interleaving, holds_when_actors_crash) { rage(true); }

} // namespace strata::test
