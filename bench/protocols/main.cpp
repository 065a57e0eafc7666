// SPDX-License-Identifier: MIT
// Measures the protocols beside each other and beside what they cannot be faster than, interleaved in one run.

#include "bench/measure.hpp"
#include "bench/protocols/exec_client.hpp"
#include "bench/protocols/key_echo.hpp"
#include "bench/protocols/mixed.hpp"
#include "bench/protocols/throughput.hpp"
#include "bench/server_under_test.hpp"

#include <cstdlib>
#include <exception>
#include <fmt/format.h>

namespace strata::bench {

namespace {

void measure_execs(std::uint16_t port, int rounds) {
  std::vector<std::unique_ptr<exec_client>> clients;
  for (const auto& protocol : exec_protocols())
    clients.push_back(protocol.connect(port, "one"));
  std::vector<series> took(clients.size());
  for (int round = -20; round < rounds; ++round)
    for (std::size_t i = 0; i < clients.size(); ++i)
      if (const auto one = timed([&] { clients[i]->exec(); }); round >= 0)
        took[i].add(one);
  std::vector<row> rows;
  for (std::size_t i = 0; i < clients.size(); ++i)
    rows.push_back({"exec over " + exec_protocols()[i].name, took[i], i == 0 ? nullptr : &took[0], "REST"});
  print_table("one command, `echo x` in the command shell", rows);
}

int run(int argc, char** argv) {
  const std::string binary = argc > 1 ? argv[1] : "";
  if (binary.empty() || binary == "--help") {
    fmt::print("usage: strata-protocol-bench SERVER_BINARY [ROUNDS=1000] [MEBIBYTES=256] [SECONDS=60]\n"
               "Starts the server on a free port of the loopback and prints tables of ratios measured in one run:\n"
               "ROUNDS execs and keys, MEBIBYTES of output, and 64 connections at once for SECONDS.\n");
    return binary.empty() ? 2 : 0;
  }
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 1000;
  const int mebibytes = argc > 3 ? std::atoi(argv[3]) : 256;
  const int seconds = argc > 4 ? std::atoi(argv[4]) : 60;
  const server_under_test server{binary};
  measure_execs(server.port(), rounds);
  measure_key_echo(server.port(), rounds);
  measure_throughput(server.port(), 7, mebibytes);
  return measure_mixed(server.port(), server.pid(), 64, std::chrono::seconds{seconds}) ? 0 : 1;
}

} // namespace

} // namespace strata::bench

int main(int argc, char** argv) {
  try {
    return strata::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "strata-protocol-bench: {}\n", e.what());
    return 1;
  }
}
