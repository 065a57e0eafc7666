// SPDX-License-Identifier: MIT
// Measures processes, output, terminals and files beside what they cannot be faster than, interleaved in one run.
#include "bench/server_under_test.hpp"
#include "bench/streams/streams.hpp"

#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <string>

namespace {

int run(int argc, char** argv) {
  using namespace strata::bench;
  const std::string binary = argc > 1 ? argv[1] : "";
  if (binary.empty() || binary == "--help") {
    fmt::print("usage: strata-stream-bench SERVER_BINARY [ROUNDS=200] [MEBIBYTES=256]\n"
               "Starts the server on a free port of the loopback and prints tables of ratios measured in one run:\n"
               "ROUNDS processes and lines, MEBIBYTES of output and of a file, a sixteenth of it on a terminal.\n");
    return binary.empty() ? 2 : 0;
  }
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
  const std::int64_t bytes = (argc > 3 ? std::atoll(argv[3]) : 256) << 20;
  const server_under_test server{binary};
  measure_processes(server.port(), rounds);
  measure_follow(server.port(), rounds);
  measure_journal(server.port(), 7, bytes, server.directory());
  measure_terminal(server.port(), 7, bytes / 16);
  measure_files(server.port(), 7, bytes, server.directory());
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "strata-stream-bench: {}\n", e.what());
    return 1;
  }
}
