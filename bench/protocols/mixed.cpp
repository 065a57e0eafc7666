// SPDX-License-Identifier: MIT
#include "bench/protocols/mixed.hpp"

#include "bench/measure.hpp"
#include "bench/protocols/exec_client.hpp"
#include "bench/protocols/key_echo.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <latch>
#include <thread>
#include <unistd.h>

namespace strata::bench {

namespace {

struct server_state {
  std::ptrdiff_t descriptors = 0;
  std::int64_t resident_kib = 0;
};

server_state look_at(pid_t server) {
  const auto process = std::filesystem::path{"/proc"} / std::to_string(server);
  const auto fds = std::filesystem::directory_iterator{process / "fd"};
  std::ifstream statm{process / "statm"};
  std::int64_t all = 0, resident = 0;
  statm >> all >> resident;
  return {std::distance(begin(fds), end(fds)), resident * ::sysconf(_SC_PAGESIZE) / 1024};
}

/// The medians over some time: every command that runs has descriptors of its own for a moment.
server_state watch(pid_t server, std::chrono::milliseconds how_long) {
  constexpr int samples = 50;
  std::vector<std::ptrdiff_t> descriptors;
  std::vector<std::int64_t> resident;
  for (int i = 0; i < samples; ++i) {
    std::this_thread::sleep_for(how_long / samples);
    const auto now = look_at(server);
    descriptors.push_back(now.descriptors);
    resident.push_back(now.resident_kib);
  }
  std::sort(descriptors.begin(), descriptors.end());
  std::sort(resident.begin(), resident.end());
  return {descriptors[samples / 2], resident[samples / 2]};
}

/// What one connection does again and again.
std::function<void()> work_of(std::size_t kind, std::uint16_t port, int number) {
  const auto& execs = exec_protocols();
  const auto session = fmt::format("mixed-{}", number);
  if (kind < execs.size())
    return [client = std::shared_ptr{execs[kind].connect(port, session)}] { client->exec(); };
  return [terminal = std::shared_ptr{echoing_terminal(port, session)}] { terminal->key(); };
}

/// More than what commands hold for the moment in which they run, and what buffers and caches take to fill.
bool grows(const server_state& first, const server_state& last, int connections) {
  return last.descriptors > first.descriptors + 2 * connections || last.resident_kib > first.resident_kib * 5 / 4;
}

struct connection {
  std::size_t kind;
  series took;
  std::string failure;
};

} // namespace

/// More than a session keeps of those that have ended: what it is meant to keep is there before anybody looks for growth.
constexpr int kept_commands = 150;

bool measure_mixed(std::uint16_t port, pid_t server, int connections, std::chrono::seconds how_long) {
  const auto kinds = exec_protocols().size() + 1;
  std::vector<connection> all;
  for (int number = 0; number < connections; ++number)
    all.push_back({static_cast<std::size_t>(number) % kinds, {}, {}});
  std::latch ready{connections};
  std::atomic<bool> begin{false}, over{false};
  std::vector<std::thread> threads;
  for (int number = 0; number < connections; ++number)
    threads.emplace_back([&, number] {
      auto& mine = all[static_cast<std::size_t>(number)];
      try {
        const auto work = work_of(mine.kind, port, number);
        for (int i = 0; i < kept_commands; ++i)
          work();
        ready.count_down();
        begin.wait(false);
        while (!over)
          mine.took.add(timed(work));
      } catch (const std::exception& e) {
        mine.failure = e.what();
        if (!begin)
          ready.count_down();
      }
    });
  ready.wait();
  begin = true;
  begin.notify_all();
  constexpr int parts = 6;
  std::vector<server_state> seen;
  for (int part = 0; part < parts; ++part)
    seen.push_back(watch(server, std::chrono::milliseconds{how_long} / parts));
  over = true;
  for (auto& thread : threads)
    thread.join();

  std::vector<series> took(kinds);
  bool well = true;
  for (const auto& each : all) {
    took[each.kind].add(each.took);
    if (!each.failure.empty())
      fmt::print("failed: {}\n", each.failure);
    well = well && each.failure.empty();
  }
  std::vector<row> rows;
  for (std::size_t kind = 0; kind < exec_protocols().size(); ++kind)
    rows.push_back({"exec over " + exec_protocols()[kind].name, took[kind], kind == 0 ? nullptr : &took[0], "REST"});
  rows.push_back({"a key over WebSocket, there and back", took.back()});
  print_table(fmt::format("{} connections at once, {} s", connections, how_long.count()), rows);
  fmt::print("\n| the server, median of each {} s | descriptors | resident memory, KiB |\n|---|--:|--:|\n",
             how_long.count() / parts);
  for (std::size_t part = 0; part < seen.size(); ++part)
    fmt::print("| {} | {} | {} |\n", part + 1, seen[part].descriptors, seen[part].resident_kib);
  fmt::print("\nerrors: {}\n", std::count_if(all.begin(), all.end(), [](const auto& each) { return !each.failure.empty(); }));
  if (grows(seen.front(), seen.back(), connections))
    fmt::print("the server grows\n");
  return well && !grows(seen.front(), seen.back(), connections);
}

} // namespace strata::bench
