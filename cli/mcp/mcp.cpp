// SPDX-License-Identifier: MIT
#include "cli/mcp/mcp.hpp"

#include "cli/client/console.hpp"
#include "cli/mcp/bridge.hpp"

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

namespace strata::client {

namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_line = 64U << 20;
constexpr std::size_t most_pending = 64;

result<mcp_endpoint> chosen_endpoint(const invocation& given) {
  const auto variable = [&](std::string_view name) { return given.variable(name); };
  const auto chosen = [&](const std::string& flag, std::string_view name) {
    return given.has(flag) ? given.value(flag) : variable(name);
  };
  const auto api = chosen("--api", "STRATA_API");
  STRATA_TRY(auto to, read_endpoint(api.empty() ? "http://localhost:2280" : api));
  add_parameter(to, "names", "seed");
  for (const auto& [parameter, value] : {std::pair{"tools", given.value("--tools")},
                                         {"owner", chosen("--owner", "STRATA_OWNER")},
                                         {"session", given.value("--session")}})
    if (!value.empty())
      add_parameter(to, parameter, value);
  // A header wins over what a model writes.
  if (const auto fixed = variable("STRATA_UID"); !fixed.empty())
    to.headers.emplace_back("X-Owner-Id", fixed);
  if (const auto key = variable("STRATA_API_KEY"); !key.empty())
    to.headers.emplace_back("Authorization", "Bearer " + key);
  for (const auto& [name, value] : to.headers)
    if (value.find_first_of("\r\n") != value.npos)
      return error{errc::invalid_argument, fmt::format("a line's end in what is sent as {}", name)};
  return to;
}

/// Lines of standard input, on a thread of its own, at most so many that are not answered yet.
class line_input {
public:
  line_input(asio::io_context& io, mcp_bridge& into) : io_{io}, into_{into}, work_{asio::make_work_guard(io)} {
    into_.on_answered = [this] { told(); };
    thread_ = std::thread{[this] { run(); }};
  }
  ~line_input() { thread_.join(); }

private:
  void run() {
    std::string line;
    std::array<char, 65536> part{};
    for (ssize_t got; (got = ::read(STDIN_FILENO, part.data(), part.size())) > 0 || (got < 0 && errno == EINTR);)
      for (const char c : std::string_view{part.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))})
        if (c == '\n')
          give(std::exchange(line, {}));
        else if (line.size() < longest_line)
          line += c; // what is longer is no message any more, and is refused as that
    if (!line.empty())
      give(std::move(line));
    asio::post(io_, [this] { work_.reset(); });
  }

  void give(std::string line) {
    std::unique_lock guard{mutex_};
    room_.wait(guard, [this] { return pending_ < most_pending; });
    ++pending_;
    asio::post(io_, [this, line = std::move(line)]() mutable {
      into_.take(std::move(line));
      told();
    });
  }

  void told() {
    std::lock_guard guard{mutex_};
    pending_ = into_.pending();
    room_.notify_one();
  }

  asio::io_context& io_;
  mcp_bridge& into_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t pending_ = 0;
  std::thread thread_;
};

result<int> run_mcp(const invocation& given, std::ostream& err) {
  STRATA_TRY(auto to, chosen_endpoint(given));
  std::signal(SIGPIPE, SIG_IGN); // told by write(2)
  err << "strata: speaking MCP for " << to.url() << std::endl;
  asio::io_context io{1};
  mcp_bridge bridge{io, std::move(to), [](const std::string& message) {
                      if (!write_all(STDOUT_FILENO, message + '\n'))
                        std::_Exit(1); // nobody reads; whatever is asked for must end with that
                    }};
  line_input input{io, bridge};
  io.run();
  return 0;
}

} // namespace

command mcp_command(std::ostream& err) {
  return {
    .words = {"mcp"},
    .summary = "speak the Model Context Protocol at standard input and output, for a server that runs",
    .flags = {{"--api", "URL", "the server (STRATA_API; default http://localhost:2280)"},
              {"--owner", "OWNER", "owner of sessions for calls that name none (STRATA_OWNER); STRATA_UID: for all calls"},
              {"--session", "NAME", "session for calls that name none"},
              {"--tools", "core|full|readonly", "which tools are offered; core if not given"}},
    .run = [&err](const invocation& given) { return run_mcp(given, err); },
  };
}

} // namespace strata::client
