// SPDX-License-Identifier: MIT
#include "config/line_writer.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <string_view>
#include <unistd.h>

namespace strata {

namespace {

constexpr std::size_t most_waiting = 2048;

/// One write(2) per line, so that the lines of two writers to one pipe or file do not mix.
class stream_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  explicit stream_sink(std::FILE* stream, bool owned) : stream_{stream}, owned_{owned} {}
  ~stream_sink() override {
    if (owned_)
      std::fclose(stream_);
  }

private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::string line{message.payload.data(), message.payload.size()};
    line += '\n';
    const int fd = ::fileno(stream_);
    for (std::string_view left = line; !left.empty();) {
      const auto count = ::write(fd, left.data(), left.size());
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0) // nobody reads, or the disk is full: a log must not stop the server
        return;
      left.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void flush_() override {}

  std::FILE* stream_;
  bool owned_;
};

} // namespace

/// Destroyed last-first: the logger lets go of the pool, whose end waits for its queue.
struct line_writer::state {
  std::shared_ptr<spdlog::details::thread_pool> pool = std::make_shared<spdlog::details::thread_pool>(most_waiting, 1);
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::size_t> told_lost = 0;

  state(std::FILE* stream, bool owned)
    : logger{std::make_shared<spdlog::async_logger>("", std::make_shared<stream_sink>(stream, owned), pool,
                                                    spdlog::async_overflow_policy::overrun_oldest)} {}
};

line_writer::line_writer(std::unique_ptr<state> made) noexcept : state_{std::move(made)} {}

line_writer::~line_writer() = default;

std::unique_ptr<line_writer> line_writer::to_stdout() {
  return std::unique_ptr<line_writer>{new line_writer{std::make_unique<state>(stdout, false)}};
}

std::unique_ptr<line_writer> line_writer::to_stderr() {
  return std::unique_ptr<line_writer>{new line_writer{std::make_unique<state>(stderr, false)}};
}

result<std::unique_ptr<line_writer>> line_writer::to_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
  auto* const stream = fd < 0 ? nullptr : ::fdopen(fd, "a");
  if (stream == nullptr)
    return errno_error("open log file", path);
  return std::unique_ptr<line_writer>{new line_writer{std::make_unique<state>(stream, true)}};
}

void line_writer::write(const std::string& line) {
  const auto lost = state_->pool->overrun_counter();
  if (auto told = state_->told_lost.load(); lost > told && state_->told_lost.compare_exchange_strong(told, lost))
    state_->logger->log(spdlog::level::info, fmt::format("({} lines lost here: the reader is too slow)", lost - told));
  state_->logger->log(spdlog::level::info, spdlog::string_view_t{line});
}

} // namespace strata
