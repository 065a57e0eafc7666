// SPDX-License-Identifier: MIT
// Measures what a session costs beside what it cannot be cheaper than, interleaved in one run: every round measures
// each thing once, so that noise of the machine hits all alike and the ratios can be read.

#include "bench/bare.hpp"
#include "bench/footprint.hpp"
#include "bench/http_call.hpp"
#include "bench/launch_ladder.hpp"
#include "bench/measure.hpp"
#include "bench/server_under_test.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace strata::bench {

namespace {

constexpr std::string_view exec_builtin = R"({"command":":"})";
constexpr std::string_view exec_program = R"({"command":"/bin/true"})";
constexpr std::string_view exec_fresh = R"({"command":"true","shell":"fresh"})";
// What /etc/profile and the files that it reads cost.
constexpr std::string_view exec_bash = R"({"command":"bash -c true"})";
constexpr std::string_view exec_login = R"({"command":"bash -l -c true"})";

struct measures {
  series raw_true, raw_bash, bwrap, hello, create, first_exec, builtin, program, fresh, inner_bash, inner_login, remove;

  void add(const measures& other) {
    const auto all_of = [](auto& m) {
      return std::array{&m.raw_true, &m.raw_bash, &m.bwrap, &m.hello,      &m.create,      &m.first_exec,
                        &m.builtin,  &m.program,  &m.fresh, &m.inner_bash, &m.inner_login, &m.remove};
    };
    auto mine = all_of(*this);
    auto theirs = all_of(other);
    for (std::size_t i = 0; i < mine.size(); ++i)
      mine[i]->add(*theirs[i]);
  }
};

std::string new_session(http_connection& server, const std::string& name) {
  auto body = fmt::format(R"({{"owner_id":"bench","session_id":"{}"}})", name);
  server.call("POST", "/api/sessions", body);
  return "/api/sessions/bench/" + name;
}

/// Where a session has overlays beside its root, as it sees them itself.
std::vector<std::string> overlay_trees(std::uint16_t port) {
  http_connection server{port};
  auto session = new_session(server, "trees");
  auto body = R"({"command":"awk '$(NF-2) == \"overlay\" && $5 != \"/\" {print $5}' /proc/self/mountinfo"})";
  std::istringstream lines{nlohmann::json::parse(server.call("POST", session + "/exec", body)).value("stdout", "")};
  std::vector<std::string> trees;
  for (std::string line; std::getline(lines, line);)
    trees.push_back(line);
  server.call("DELETE", session);
  if (std::find(trees.begin(), trees.end(), "/usr") == trees.end())
    trees.push_back("/usr"); // bare bwrap has no other place for /bin/true
  return trees;
}

void one_round(measures& to, http_connection& server, const std::vector<std::string>& bare, const std::string& name) {
  to.raw_true.add(timed([] { spawn_and_wait({"/bin/true"}); }));
  to.raw_bash.add(timed([] { spawn_and_wait({"bash", "-c", "true"}); }));
  to.bwrap.add(timed([&] { spawn_and_wait(bare); }));
  to.hello.add(timed([&] { server.call("GET", "/healthz"); }));
  std::string session;
  to.create.add(timed([&] { session = new_session(server, name); }));
  auto exec = session + "/exec";
  to.first_exec.add(timed([&] { server.call("POST", exec, exec_builtin); }));
  for (int i = 0; i < 3; ++i) {
    to.builtin.add(timed([&] { server.call("POST", exec, exec_builtin); }));
    to.program.add(timed([&] { server.call("POST", exec, exec_program); }));
    to.fresh.add(timed([&] { server.call("POST", exec, exec_fresh); }));
    to.inner_bash.add(timed([&] { server.call("POST", exec, exec_bash); }));
    to.inner_login.add(timed([&] { server.call("POST", exec, exec_login); }));
  }
  to.remove.add(timed([&] { server.call("DELETE", session); }));
}

measures run_clients(std::uint16_t port, const std::vector<std::string>& bare, int clients, int rounds) {
  std::vector<measures> each(static_cast<std::size_t>(clients));
  std::vector<std::thread> threads;
  std::atomic<bool> failed{false};
  for (int client = 0; client < clients; ++client)
    threads.emplace_back([&, client] {
      try {
        http_connection server{port};
        measures warm_up;
        for (int round = -1; round < rounds && !failed; ++round)
          one_round(round < 0 ? warm_up : each[static_cast<std::size_t>(client)], server, bare,
                    fmt::format("c{}-{}-r{}", clients, client, round));
      } catch (const std::exception& e) {
        fmt::print(stderr, "client {}: {}\n", client, e.what());
        failed = true;
      }
    });
  for (auto& thread : threads)
    thread.join();
  if (failed)
    throw std::runtime_error{"a client failed"};
  measures all;
  for (const auto& one : each)
    all.add(one);
  return all;
}

void print(const measures& m, int clients) {
  print_table(fmt::format("{} client{}", clients, clients == 1 ? "" : "s"),
              {{"posix_spawn + pipe + wait of /bin/true on the host", m.raw_true},
               {"posix_spawn + pipe + wait of bash -c true on the host", m.raw_bash},
               {"bare bwrap, same namespaces and number of mounts, /bin/true", m.bwrap, &m.raw_true, "/bin/true"},
               {"GET /healthz", m.hello},
               {"create (HTTP to ready)", m.create, &m.bwrap, "bare bwrap"},
               {"create (HTTP to ready)", m.create, &m.raw_true, "/bin/true"},
               {"first exec, builtin (starts the shell)", m.first_exec, &m.raw_bash, "bash -c"},
               {"nth exec, builtin in the shell", m.builtin, &m.hello, "GET /healthz"},
               {"nth exec, /bin/true in the shell", m.program, &m.raw_true, "/bin/true"},
               {"nth exec, fresh", m.fresh, &m.raw_bash, "bash -c"},
               {"nth exec, bash -c true in the shell", m.inner_bash, &m.raw_bash, "bash -c"},
               {"nth exec, bash -l -c true in the shell", m.inner_login, &m.inner_bash, "the same without -l"},
               {"delete", m.remove, &m.hello, "GET /healthz"}});
}

/// Creates and keeps sessions; how creating gets dearer with those that live, and what an idle one takes.
void growth(const server_under_test& under_test, int live) {
  http_connection server{under_test.port()};
  series first, last;
  const auto before = footprint_of(under_test.pid());
  std::vector<std::string> sessions;
  auto tenth = std::max(live / 10, 1);
  for (int i = 0; i < live; ++i) {
    auto took = timed([&] { sessions.push_back(new_session(server, fmt::format("live-{}", i))); });
    if (i < tenth)
      first.add(took);
    else if (i >= live - tenth)
      last.add(took);
  }
  const auto idle = footprint_of(under_test.pid());
  print_table(fmt::format("growth over {} live sessions", live),
              {{fmt::format("create, first {}", tenth), first}, {fmt::format("create, last {}", tenth), last, &first, "first"}});
  fmt::print("\n| an idle session takes | |\n|---|--:|\n");
  fmt::print("| its processes, proportional set size | {:.0f} KiB |\n", (idle.sessions_kib - before.sessions_kib) / live);
  fmt::print("| the server's resident memory | {:.0f} KiB |\n", (idle.server_kib - before.server_kib) / live);
  fmt::print("| the machine's memory, kernel included | {:.0f} KiB |\n", (idle.machine_kib - before.machine_kib) / live);
  fmt::print("| processes | {:.1f} |\n", static_cast<double>(idle.processes - before.processes) / live);
  for (const auto& session : sessions)
    server.call("DELETE", session);
}

/// The parts of a launch, interleaved with whole creates.
void parts(const server_under_test& under_test, const std::string& directory, int rounds) {
  http_connection server{under_test.port()};
  launch_ladder ladder{directory + "/ladder"};
  series create;
  for (int i = 0; i < rounds; ++i) {
    ladder.climb();
    std::string session;
    create.add(timed([&] { session = new_session(server, fmt::format("part-{}", i)); }));
    server.call("DELETE", session);
  }
  ladder.print(create);
}

int run(int argc, char** argv) {
  std::string binary = argc > 1 ? argv[1] : "";
  if (binary.empty() || binary == "--help") {
    fmt::print("usage: strata-bench SERVER_BINARY [ROUNDS=100] [LIVE=200]\n"
               "Starts the server on a free port of the loopback and prints a table of ratios measured in one run.\n");
    return binary.empty() ? 2 : 0;
  }
  auto rounds = argc > 2 ? std::atoi(argv[2]) : 100;
  auto live = argc > 3 ? std::atoi(argv[3]) : 200;
  server_under_test server{binary};
  const auto bare = bare_bwrap(overlay_trees(server.port()));
  for (int clients : {1, 8})
    print(run_clients(server.port(), bare, clients, clients == 1 ? rounds : std::max(rounds / 4, 1)), clients);
  growth(server, live);
  parts(server, server.directory(), std::max(rounds / 2, 1));
  return 0;
}

} // namespace

} // namespace strata::bench

int main(int argc, char** argv) {
  try {
    return strata::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "strata-bench: {}\n", e.what());
    return 1;
  }
}
