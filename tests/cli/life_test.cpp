// SPDX-License-Identifier: MIT
// The real server from its start to its end, as whoever operates it sees it.
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <memory>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace strata {
namespace {

namespace fs = std::filesystem;
using boost::asio::ip::tcp;
using testing::ContainsRegex;
using testing::HasSubstr;

std::string contents(const fs::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class life : public testing::Test {
protected:
  life() {
    std::string name = testing::TempDir() + "strata-life-XXXXXX";
    stage_ = ::mkdtemp(name.data());
  }
  ~life() override {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code failure;
    fs::remove_all(stage_, failure);
    EXPECT_FALSE(fs::exists(stage_)) << failure.message();
  }

  /// Starts the server and reads its log until it listens.
  void start(const std::vector<std::string>& more, const std::vector<std::string>& environment = {}) {
    std::vector<std::string> words{STRATA_PROGRAM, "run", "--addr", "127.0.0.1:0", "--session-root", stage_ / "sessions"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<std::string> variables{"PATH=/usr/bin:/bin", "STRATA_CONFIG=/dev/null"};
    variables.insert(variables.end(), environment.begin(), environment.end());
    std::array<int, 2> ends{};
    ASSERT_EQ(0, ::pipe2(ends.data(), O_CLOEXEC));
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, ends[1], STDERR_FILENO);
    ASSERT_EQ(0, ::posix_spawn(&pid_, STRATA_PROGRAM, &files, nullptr, pointers(words).data(), pointers(variables).data()));
    ::posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    log_.reset(::fdopen(ends[0], "r"));
    const auto line = log_until("server.listening");
    const auto colon = line.rfind(':');
    ASSERT_NE(std::string::npos, colon) << seen_;
    port_ = static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)));
  }

  /// The next line of the log that holds `event`; "" when it ends before.
  std::string log_until(const std::string& event) {
    std::array<char, 8192> line{};
    while (std::fgets(line.data(), line.size(), log_.get()) != nullptr) {
      seen_ += line.data();
      if (const std::string text = line.data(); text.find(event) != std::string::npos)
        return text.substr(0, text.find('\n'));
    }
    return {};
  }

  /// Reads the log to its end and gives the exit code; -1 for a death by signal.
  int exit_code() {
    log_until("\n\n");
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  tcp::socket send(const std::string& method, const std::string& target, const std::string& body = {}) {
    tcp::socket connection{io_};
    connection.connect({boost::asio::ip::address_v4::loopback(), port_});
    boost::asio::write(connection, boost::asio::buffer(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                                                   "Content-Length: {}\r\n\r\n{}",
                                                                   method, target, body.size(), body)));
    return connection;
  }
  static std::string answer(tcp::socket& connection) {
    std::string text;
    boost::system::error_code ended;
    boost::asio::read(connection, boost::asio::dynamic_buffer(text), ended);
    return text;
  }
  std::string call(const std::string& method, const std::string& target, const std::string& body = {}) {
    auto connection = send(method, target, body);
    return answer(connection);
  }

  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (auto& word : words)
      all.push_back(word.data());
    all.push_back(nullptr);
    return all;
  }
  std::size_t session_directories() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{stage_ / "sessions/sessions"}, {}))
           + static_cast<std::size_t>(std::distance(fs::directory_iterator{stage_ / "sessions/trash"}, {}));
  }

  struct close_file {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  fs::path stage_;
  pid_t pid_ = 0;
  std::unique_ptr<std::FILE, close_file> log_;
  std::string seen_; ///< of the log
  std::uint16_t port_ = 0;
  boost::asio::io_context io_;
};

TEST_F(life, a_server_starts_serves_and_ends_in_order) {
  start({"--port-file", stage_ / "port", "--access-log", stage_ / "access"}, {"STRATA_SANDBOX_MAX_SESSIONS=7", "STRATA_HOST=x"});
  EXPECT_EQ(fmt::format("{}\n", port_), contents(stage_ / "port"));
  EXPECT_THAT(call("GET", "/api/stats"), HasSubstr("\"active_sessions\":0"));
  EXPECT_THAT(call("GET", "/api/capabilities"), HasSubstr("\"max_sessions\":7"));
  EXPECT_THAT(call("POST", "/api/sessions", R"({"owner_id":"alice","session_id":"build"})"), HasSubstr("HTTP/1.1 200"));
  EXPECT_EQ(1U, session_directories());
  ::kill(pid_, SIGTERM);
  EXPECT_EQ(0, exit_code()) << seen_;
  EXPECT_THAT(seen_, ContainsRegex("Z info server\\.starting version="));
  EXPECT_THAT(seen_, HasSubstr(" warn settings.warning text=\"ignored the unknown variable STRATA_HOST\""));
  EXPECT_THAT(seen_, HasSubstr(" info server.stopping by=SIGTERM "));
  EXPECT_THAT(seen_, HasSubstr(" info server.stopped in_order=true"));
  EXPECT_EQ(0U, session_directories());
  EXPECT_FALSE(fs::exists(stage_ / "port"));
  EXPECT_THAT(
    contents(stage_ / "access"),
    ContainsRegex("Z info http\\.request peer=127\\.0\\.0\\.1:[0-9]+ method=GET target=/api/stats status=200 bytes=[0-9]+ "
                  "took_ms=[0-9.]+ request_id=[^ ]+\n"));
}

TEST_F(life, a_second_signal_does_not_wait_for_commands) {
  start({"--drain-grace", "1h"});
  EXPECT_THAT(call("POST", "/api/sessions/alice/build/exec", R"({"command":"mkfifo /tmp/gate"})"), HasSubstr("HTTP/1.1 200"));
  auto held = send("POST", "/api/sessions/alice/build/exec", R"({"command":"echo >/tmp/gate; sleep 7000","timeout_ms":7000000})");
  // Once the gate opens, the other command runs.
  EXPECT_THAT(call("POST", "/api/sessions/alice/build/exec", R"({"command":"cat /tmp/gate","shell":"fresh"})"),
              HasSubstr("HTTP/1.1 200"));
  ::kill(pid_, SIGTERM);
  EXPECT_NE("", log_until("server.stopping"));
  ::kill(pid_, SIGINT);
  EXPECT_EQ(0, exit_code()) << seen_;
  EXPECT_THAT(seen_, HasSubstr(" warn server.hurried by=SIGINT"));
  EXPECT_EQ(0U, session_directories());
}

TEST_F(life, the_end_of_the_terminal_is_an_orderly_end_too) {
  start({});
  ::kill(pid_, SIGHUP);
  EXPECT_EQ(0, exit_code()) << seen_;
  EXPECT_THAT(seen_, HasSubstr(" by=SIGHUP "));
}

TEST_F(life, settings_come_from_a_file) {
  std::ofstream{stage_ / "strata.toml"} << "[sandbox]\nmax_sessions = 9\n[log]\nlevel = \"debug\"\n";
  start({"--config", stage_ / "strata.toml"});
  EXPECT_THAT(seen_, HasSubstr(fmt::format("settings.file path={}", (stage_ / "strata.toml").string())));
  EXPECT_THAT(call("GET", "/api/capabilities"), HasSubstr("\"max_sessions\":9"));
  ::kill(pid_, SIGINT);
  EXPECT_EQ(0, exit_code()) << seen_;
}

} // namespace
} // namespace strata
