// SPDX-License-Identifier: MIT
#include "bench/protocols/key_echo.hpp"

#include "isolation/unique_fd.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace strata::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using socket_stream = beast::websocket::stream<tcp::socket>;

const std::string one_key = "k";

/// What Beast alone takes: gives every message back, in a thread of its own.
class bare_echo_server {
public:
  bare_echo_server() : acceptor_{io_, {asio::ip::address_v4::loopback(), 0}}, thread_{[this] { serve(); }} {}
  ~bare_echo_server() { thread_.join(); } // its client has closed
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  void serve() {
    socket_stream ws{acceptor_.accept()};
    ws.next_layer().set_option(tcp::no_delay{true});
    ws.accept();
    ws.binary(true);
    for (beast::flat_buffer buffer;; buffer.clear()) {
      boost::system::error_code over;
      ws.read(buffer, over);
      if (over)
        return;
      ws.write(buffer.data());
    }
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

/// The same program on a terminal of the host.
class bare_terminal {
public:
  bare_terminal() : master_{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)} {
    if (!master_ || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0)
      throw std::runtime_error{"open a terminal failed"};
    const unique_fd slave{::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    termios raw{};
    ::tcgetattr(slave.get(), &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave.get(), TCSANOW, &raw);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    for (int fd : {0, 1})
      ::posix_spawn_file_actions_adddup2(&files, slave.get(), fd);
    char cat[] = "cat";
    char* argv[]{cat, nullptr};
    const int failed = ::posix_spawnp(&pid_, cat, &files, nullptr, argv, environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (failed != 0)
      throw std::runtime_error{"start cat failed"};
  }
  ~bare_terminal() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void key() {
    char back = 0;
    if (::write(master_.get(), one_key.data(), 1) != 1 || ::read(master_.get(), &back, 1) != 1)
      throw std::runtime_error{"the bare terminal failed"};
  }

private:
  unique_fd master_;
  pid_t pid_ = -1;
};

} // namespace

struct echo_socket::parts {
  asio::io_context io;
  socket_stream ws{io};
  std::string seen;

  void read() {
    beast::flat_buffer buffer;
    do
      ws.read(buffer);
    while (!ws.got_binary()); // what else it tells
    seen += beast::buffers_to_string(buffer.data());
  }
};

echo_socket::echo_socket(std::uint16_t port, const std::string& target) : parts_{std::make_unique<parts>()} {
  parts_->ws.next_layer().connect({asio::ip::address_v4::loopback(), port});
  parts_->ws.next_layer().set_option(tcp::no_delay{true});
  parts_->ws.handshake("localhost", target);
  parts_->ws.binary(true);
}

echo_socket::~echo_socket() {
  boost::system::error_code ignored;
  parts_->ws.next_layer().close(ignored);
}

void echo_socket::send(const std::string& bytes) { parts_->ws.write(asio::buffer(bytes)); }

void echo_socket::expect(const std::string& text) {
  while (parts_->seen.find(text) == std::string::npos)
    parts_->read();
  parts_->seen.clear();
}

void echo_socket::key() {
  send(one_key);
  parts_->seen.clear();
  parts_->read();
  if (parts_->seen != one_key)
    throw std::runtime_error{"a key came back as " + parts_->seen};
}

std::unique_ptr<echo_socket> echoing_terminal(std::uint16_t port, const std::string& session) {
  auto terminal = std::make_unique<echo_socket>(port, fmt::format("/api/ws/bench/{}/shell?mode=raw", session));
  terminal->send("stty raw -echo; echo rea''dy; exec cat\n");
  terminal->expect("ready\n");
  return terminal;
}

void measure_key_echo(std::uint16_t port, int rounds) {
  bare_echo_server server;
  echo_socket alone{server.port(), "/"};
  bare_terminal terminal;
  const auto session = echoing_terminal(port, "keys");
  series through_session, web_socket, pty, bare;
  for (int i = -20; i < rounds; ++i) {
    const auto whole = timed([&] { session->key(); });
    const auto socket = timed([&] { alone.key(); });
    const auto program = timed([&] { terminal.key(); });
    if (i < 0)
      continue; // warm-up
    through_session.add(whole);
    web_socket.add(socket);
    pty.add(program);
    bare.add(socket + program);
  }
  print_table("a key to a program on a terminal and back",
              {{"Beast WebSocket alone", web_socket},
               {"terminal of the host alone", pty},
               {"both, one after the other", bare},
               {"a session's terminal over WebSocket", through_session, &bare, "both alone"}});
}

} // namespace strata::bench
