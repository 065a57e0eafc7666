// SPDX-License-Identifier: MIT
#include "isolation/child_watch.hpp"

#include "isolation/pidfd.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace strata {
namespace {

constexpr int batches = 40;
constexpr int watches = 200;

pid_t start_sleeper() {
  char name[] = "sleep";
  char duration[] = "1000";
  char* argv[] = {name, duration, nullptr};
  char* no_environment[] = {nullptr};
  pid_t pid = -1;
  EXPECT_EQ(0, ::posix_spawn(&pid, "/bin/sleep", nullptr, nullptr, argv, no_environment));
  return pid;
}

/// Leaves an event in the reactor for a descriptor that is closed, so that the next one may take its place.
void leave_stale_event(boost::asio::io_context& io) {
  int ends[2];
  ASSERT_EQ(0, ::pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  const unique_fd writer{ends[1]};
  boost::asio::posix::stream_descriptor reader{io, ends[0]};
  reader.async_wait(boost::asio::posix::stream_descriptor::wait_read, [](boost::system::error_code) {});
  ASSERT_EQ(1, ::write(writer.get(), "x", 1));
}

class running_threads {
public:
  explicit running_threads(boost::asio::io_context& io) : io_{io}, work_{io.get_executor()} {
    for (int i = 0; i < 4; ++i)
      threads_.emplace_back([&io] { io.run(); });
  }
  ~running_threads() {
    work_.reset();
    for (auto& thread : threads_)
      thread.join(); // when every watch has told its end
  }

private:
  boost::asio::io_context& io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

// Asio hands on events of closed descriptors to new ones: a session that lived was taken for dead, and a child that was
// to be reaped stayed a zombie.
TEST(child_watch, tells_no_end_before_it_comes) {
  std::atomic<int> ended{0};
  std::atomic<int> reaped{0};
  int before_their_time = 0;
  {
    boost::asio::io_context io;
    const running_threads threads{io};
    for (int batch = 0; batch < batches; ++batch) {
      const auto child = start_sleeper();
      for (int i = 0; i < watches; ++i) {
        leave_stale_event(io);
        auto pidfd = open_pidfd(child);
        ASSERT_TRUE(pidfd);
        std::make_shared<child_watch>(boost::asio::make_strand(io), std::move(*pidfd))->start([&](std::optional<int> status) {
          ++ended;
          reaped += status.has_value();
        });
      }
      before_their_time += ended - batch * watches > 0 ? 1 : 0;
      ::kill(child, SIGKILL);
      while (ended < (batch + 1) * watches) // ctest's time limit is the end of it
        std::this_thread::yield();
    }
  }
  EXPECT_EQ(before_their_time, 0);
  EXPECT_EQ(reaped, batches) << "each child is reaped by one of its watches";
  EXPECT_EQ(-1, ::waitpid(-1, nullptr, WNOHANG)) << "a zombie is left";
}

} // namespace
} // namespace strata
