// SPDX-License-Identifier: MIT
#include "bench/http_call.hpp"
#include "bench/loopback.hpp"
#include "bench/streams/streams.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::bench {

namespace {

using nlohmann::json;

/// Waits for a line, then writes so many bytes, and stays.
std::string loud(std::int64_t bytes) { return fmt::format("stty -echo; read x; yes abcdefg | head -c {}; exec sleep 60", bytes); }

/// Cooked: each newline becomes two bytes.
std::int64_t shown(std::int64_t bytes) { return bytes + bytes / 8; }

class bare_terminal {
public:
  explicit bare_terminal(std::int64_t bytes) : master_{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)} {
    expect(master_ && ::grantpt(master_.get()) == 0 && ::unlockpt(master_.get()) == 0, "open a terminal failed");
    const unique_fd slave{::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (const int fd : {0, 1})
      ::posix_spawn_file_actions_adddup2(&files, slave.get(), fd);
    posix_spawnattr_t group; // "yes" and "head" end with it
    ::posix_spawnattr_init(&group);
    ::posix_spawnattr_setflags(&group, POSIX_SPAWN_SETSID);
    auto text = loud(bytes);
    char sh[] = "sh", c[] = "-c";
    char* argv[]{sh, c, text.data(), nullptr};
    expect(::posix_spawnp(&pid_, sh, &files, &group, argv, environ) == 0, "start sh failed");
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&group);
  }
  ~bare_terminal() {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void run(std::int64_t bytes) {
    expect(::write(master_.get(), "\n", 1) == 1, "type failed");
    std::array<char, 64 << 10> chunk;
    for (auto left = shown(bytes); left > 0;) {
      const auto got = ::read(master_.get(), chunk.data(), chunk.size());
      expect(got > 0, "the terminal ends early");
      left -= got;
    }
  }

private:
  unique_fd master_;
  pid_t pid_ = -1;
};

} // namespace

void measure_terminal(std::uint16_t port, int rounds, std::int64_t bytes) {
  namespace asio = boost::asio;
  namespace beast = boost::beast;
  http_connection http{port};
  series raw, over_ws;
  for (int i = 0; i < rounds; ++i) {
    {
      bare_terminal bare{bytes};
      raw.add(timed([&] { bare.run(bytes); }));
    }
    const auto name = fmt::format("loud{}", i);
    http.call("PUT", "/api/sessions/bench/streams/terminals/" + name, json{{"argv", {"sh", "-c", loud(bytes)}}}.dump());
    asio::io_context io;
    beast::websocket::stream<asio::ip::tcp::socket> ws{io};
    ws.next_layer().connect({asio::ip::address_v4::loopback(), port});
    ws.read_message_max(0);
    ws.handshake("localhost", fmt::format("/api/ws/bench/streams/terminals/{}?mode=raw&create=never&lag=catch_up", name));
    ws.binary(true);
    over_ws.add(timed([&] {
      ws.write(asio::buffer("\n", 1));
      beast::flat_buffer buffer;
      for (auto left = shown(bytes); left > 0; buffer.clear()) {
        ws.read(buffer);
        left -= ws.got_binary() ? static_cast<std::int64_t>(buffer.size()) : 0;
      }
    }));
    http.call("DELETE", fmt::format("/api/sessions/bench/streams/terminals/{}?grace_ms=0&purge=true", name));
  }
  print_rates("of a terminal's output", bytes,
              {{"raw: read of the same on a terminal of the host", raw}, {"over WebSocket", over_ws, &raw}});
}

} // namespace strata::bench
