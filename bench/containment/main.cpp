// SPDX-License-Identifier: MIT
// Measures what containment costs: the same server with everything on, and with measures left out, interleaved in one run.
#include "bench/http_call.hpp"
#include "bench/measure.hpp"
#include "bench/server_under_test.hpp"

#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

namespace strata::bench {
namespace {

constexpr char everything_off[] = "user_namespaces,capabilities,proc_masks,empty_sys,agent_guard,tmpfs_sizes,landlock";

struct variant {
  std::string name;
  std::vector<std::string> arguments;
};

/// A server with its settings, and what was measured of it.
struct subject {
  explicit subject(const std::string& binary, variant with)
    : name{std::move(with.name)}, server{binary, with.arguments}, connection{server.port()} {
    connection.call("POST", "/api/sessions/bench/kept/exec", R"({"command":"true"})");
  }
  void measure_once(int number) {
    const auto session = fmt::format("/api/sessions/bench/s{}", number);
    create.add(timed(
      [&] { connection.call("POST", "/api/sessions", fmt::format(R"({{"owner_id":"bench","session_id":"s{}"}})", number)); }));
    connection.call("DELETE", session + "?wait=files");
    builtin.add(timed([&] { connection.call("POST", "/api/sessions/bench/kept/exec", R"({"command":":"})"); }));
    fresh.add(
      timed([&] { connection.call("POST", "/api/sessions/bench/kept/exec", R"({"command":"/bin/true","shell":"fresh"})"); }));
  }

  std::string name;
  server_under_test server;
  http_connection connection;
  series create, builtin, fresh;
};

int run(int argc, char** argv) {
  const std::string binary = argc > 1 ? argv[1] : "";
  if (binary.empty() || binary == "--help") {
    fmt::print("usage: strata-containment-bench SERVER_BINARY [ROUNDS=200]\n"
               "Starts the server several times on free ports of the loopback, with ever more measures of containment left out,\n"
               "and prints what a session and a command cost beside the one with bwrap's namespaces only.\n");
    return binary.empty() ? 2 : 0;
  }
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
  const std::vector<std::string> no_limits{"--memory", "0", "--pids", "0"};
  std::vector<variant> variants{
    {"bwrap's namespaces only", {"--seccomp", "off", "--weaken", everything_off}},
    {"without the inner user namespace", {"--weaken", "user_namespaces"}},
    {"without seccomp", {"--seccomp", "off"}},
    {"without masks of /proc", {"--weaken", "proc_masks"}},
    {"everything on", {}},
    {"everything on, seccomp strict", {"--seccomp", "strict"}},
  };
  variants[0].arguments.insert(variants[0].arguments.end(), no_limits.begin(), no_limits.end());
  std::vector<std::unique_ptr<subject>> subjects;
  for (auto& each : variants)
    subjects.push_back(std::make_unique<subject>(binary, std::move(each)));
  for (int round = 0; round < rounds; ++round)
    for (auto& each : subjects)
      each->measure_once(round);
  std::vector<row> rows;
  const auto& bare = *subjects[0];
  for (const auto& [what, values] : {std::pair{"create", &subject::create},
                                     {"builtin in the shell", &subject::builtin},
                                     {"/bin/true, fresh", &subject::fresh}})
    for (const auto& each : subjects)
      rows.push_back(
        {fmt::format("{}: {}", what, each->name), (*each).*values, each.get() == &bare ? nullptr : &(bare.*values), "bare"});
  print_table("What containment costs", rows);
  return 0;
}

} // namespace
} // namespace strata::bench

int main(int argc, char** argv) {
  try {
    return strata::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "strata-containment-bench: {}\n", e.what());
    return 1;
  }
}
