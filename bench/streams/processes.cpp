// SPDX-License-Identifier: MIT
#include "bench/bare.hpp"
#include "bench/http_call.hpp"
#include "bench/loopback.hpp"
#include "bench/streams/streams.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace strata::bench {

namespace {

using nlohmann::json;

constexpr std::string_view processes = "/api/sessions/bench/streams/processes";

std::string zeros(std::int64_t bytes) { return fmt::format("head -c {} /dev/zero", bytes); }

void pipe_to_file(std::int64_t bytes, const std::filesystem::path& path) {
  FILE* pipe = ::popen(zeros(bytes).c_str(), "re");
  {
    const unique_fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    std::array<char, 64 << 10> chunk;
    for (ssize_t got; (got = ::read(::fileno(pipe), chunk.data(), chunk.size())) > 0;)
      expect(::write(file.get(), chunk.data(), static_cast<std::size_t>(got)) == got, "write a file failed");
  }
  ::pclose(pipe);
  std::filesystem::remove(path);
}

void into_journal(http_connection& http, std::int64_t bytes) {
  const json asked{{"command", zeros(bytes)}, {"wait_ms", 600'000}, {"output", {{"cap_bytes", bytes}}}};
  const auto ended = json::parse(http.call("POST", processes, asked.dump()));
  expect(ended["state"] == "ended" && ended["next"] == bytes, "the journal is not whole: " + ended.dump());
  http.call("DELETE", fmt::format("{}/{}?purge=true", processes, ended["id"].get<std::string>()));
}

double now_us() { return std::chrono::duration<double, std::micro>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// Writes what time it is, line by line, as bash knows it: "1764320000.123456".
std::string clock_command(int lines) {
  return fmt::format("exec 9<> <(:); for ((i = 0; i < {}; i++)); do echo $EPOCHREALTIME; read -t 0.003 -u 9; done; true", lines);
}

/// The time that each line took to come.
void take_lines(int fd, int lines, series& took) {
  std::string text;
  std::array<char, 4096> chunk;
  for (int seen = 0; seen < lines;) {
    const auto got = ::read(fd, chunk.data(), chunk.size());
    expect(got > 0, "the lines end early");
    const auto came = now_us();
    text.append(chunk.data(), static_cast<std::size_t>(got));
    for (auto dot = text.find('.', 10); dot != text.npos && dot + 7 < text.size(); dot = text.find('.', 10)) {
      const auto at = text.substr(dot - 10, 17);
      text.erase(0, dot + 7);
      if (at.find_first_not_of("0123456789.") == at.npos) {
        took.add(came - std::atof(at.c_str()) * 1e6);
        ++seen;
      }
    }
  }
}

} // namespace

void measure_processes(std::uint16_t port, int rounds) {
  http_connection http{port};
  const auto asked = json{{"argv", {"/bin/true"}}, {"wait_ms", 60'000}}.dump();
  series raw, process;
  for (int i = -5; i < rounds; ++i) {
    const auto bare = timed([] { spawn_and_wait({"/bin/true"}); });
    const auto one =
      timed([&] { expect(json::parse(http.call("POST", processes, asked))["state"] == "ended", "it did not end"); });
    if (i >= 0) {
      raw.add(bare);
      process.add(one);
    }
  }
  print_table("a process, from its start to its end", {{"posix_spawn + pipe + wait of /bin/true on the host", raw, nullptr, ""},
                                                       {"POST processes /bin/true, answered at its end", process, &raw, "raw"}});
}

void measure_journal(std::uint16_t port, int rounds, std::int64_t bytes, const std::filesystem::path& directory) {
  http_connection http{port};
  series raw, journal;
  for (int i = 0; i < rounds; ++i) {
    raw.add(timed([&] { pipe_to_file(bytes, directory / "raw"); }));
    journal.add(timed([&] { into_journal(http, bytes); }));
  }
  print_rates(
    "of output into the journal", bytes,
    {{"raw: pipe of the same command on the host, read and written to a file", raw}, {"a process, to its end", journal, &raw}});
}

void measure_follow(std::uint16_t port, int lines) {
  series raw, followed;
  FILE* pipe = ::popen(fmt::format("exec bash -c '{}'", clock_command(lines)).c_str(), "re");
  take_lines(::fileno(pipe), lines, raw);
  ::pclose(pipe);
  http_connection http{port};
  const auto started = json::parse(http.call("POST", processes, json{{"argv", {"bash", "-c", clock_command(lines)}}}.dump()));
  http.send("GET", fmt::format("{}/{}/output?as=raw&follow=1", processes, started["id"].get<std::string>()), "", "");
  take_lines(http.fd(), lines, followed);
  print_table("a line, from its write to who follows",
              {{"read from its pipe on the host", raw, nullptr, ""}, {"followed over REST, as it comes", followed, &raw, "raw"}});
}

void print_rates(std::string_view title, std::int64_t bytes, const std::vector<rate>& rates) {
  fmt::print("\n**{} MiB {}**\n\n| measure | n | p50 MB/s | of raw |\n|---|--:|--:|--:|\n", bytes >> 20, title);
  for (const auto& each : rates) {
    const auto median = each.took.percentile(0.5);
    fmt::print("| {} | {} | {:.0f} | {} |\n", each.name, each.took.size(), static_cast<double>(bytes) / median,
               each.raw == nullptr ? "-" : fmt::format("{:.2f}", each.raw->percentile(0.5) / median));
  }
}

} // namespace strata::bench
