// SPDX-License-Identifier: MIT
// Measures what one tenant's commands take while another does its worst, beside what they took just before.
#include "bench/abuse/abuses.hpp"
#include "bench/http_call.hpp"
#include "bench/measure.hpp"
#include "bench/server_under_test.hpp"

#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <thread>

namespace strata::bench {
namespace {

constexpr char quiet_exec[] = "/api/sessions/bench/quiet/exec";
constexpr char abuser[] = "/api/sessions/bench/abuser";

/// A program of the quiet session's, as its user would run it.
series commands(http_connection& connection, int rounds) {
  series took;
  for (int i = 0; i < rounds; ++i)
    took.add(timed([&] { connection.call("POST", quiet_exec, R"({"command":"/bin/true"})"); }));
  return took;
}

void begin(std::uint16_t port, const abuse& what) {
  const nlohmann::json body{{"command", what.command}, {"output", {{"cap_bytes", 1 << 20}}}, {"timeout_ms", 60'000}};
  http_connection{port}.call("POST", std::string{abuser} + "/processes", body.dump());
  std::this_thread::sleep_for(std::chrono::seconds{1}); // for it to reach its full height
}

std::pair<series, series> measure(std::uint16_t port, http_connection& quiet, const abuse& what, int rounds) {
  auto before = commands(quiet, rounds);
  series during;
  if (what.client) {
    std::jthread client{[&what, port](const std::stop_token& stop) { what.client(port, stop); }};
    std::this_thread::sleep_for(std::chrono::seconds{1});
    during = commands(quiet, rounds);
  } else {
    begin(port, what);
    during = commands(quiet, rounds);
    http_connection{port}.call("DELETE", std::string{abuser} + "?wait=files");
  }
  return {std::move(before), std::move(during)};
}

int run(int argc, char** argv) {
  const std::string binary = argc > 1 ? argv[1] : "";
  if (binary.empty() || binary == "--help") {
    fmt::print("usage: strata-abuse-bench SERVER_BINARY [ROUNDS=200]\n"
               "Starts the server on a free port of the loopback and prints for each abuse how long /bin/true takes in\n"
               "another session, before it and during it.\n");
    return binary.empty() ? 2 : 0;
  }
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
  const server_under_test server{binary};
  http_connection quiet{server.port()}; // kept: whoever comes anew may find the port full
  commands(quiet, 20);                  // the shell
  fmt::print("| abuse | quiet p50 us | quiet p99 us | p50 us | p99 us | p99 ratio |\n|---|--:|--:|--:|--:|--:|\n");
  auto all = inside_abuses();
  for (auto& each : client_abuses())
    all.push_back(std::move(each));
  for (const auto& each : all) {
    const auto [before, during] = measure(server.port(), quiet, each, rounds);
    fmt::print("| {} | {:.0f} | {:.0f} | {:.0f} | {:.0f} | {:.2f} |\n", each.name, before.percentile(0.5),
               before.percentile(0.99), during.percentile(0.5), during.percentile(0.99),
               during.percentile(0.99) / before.percentile(0.99));
    std::fflush(stdout);
  }
  return 0;
}

} // namespace
} // namespace strata::bench

int main(int argc, char** argv) {
  try {
    return strata::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "strata-abuse-bench: {}\n", e.what());
    return 1;
  }
}
