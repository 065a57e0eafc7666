// SPDX-License-Identifier: MIT
#include "cli/operator/orderly_stop.hpp"

#include "cli/operator/io_threads.hpp"
#include "cli/operator/stop_signals.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <gmock/gmock.h>
#include <optional>

namespace strata {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A server that only notes what it is told and answers when the test says so.
class orderly_stop_test : public testing::Test {
protected:
  orderly_stop& stop_with(orderly_stop::times allowed) {
    return stop_.emplace(control_,
                         orderly_stop::steps{
                           .announce = [this] { told_.emplace_back("announce"); },
                           .drain =
                             [this](std::chrono::milliseconds grace, std::function<void()> drained) {
                               told_.push_back("drain " + std::to_string(grace.count()));
                               if (drained)
                                 drained_ = std::move(drained);
                             },
                           .close_connections =
                             [this](std::function<void()> closed) {
                               told_.emplace_back("close");
                               closed_ = std::move(closed);
                             },
                           .abort_connections = [this] { told_.emplace_back("abort"); },
                           .done = [this](bool in_order) { told_.emplace_back(in_order ? "done" : "given up"); },
                         },
                         allowed);
  }
  /// Runs what is ready.
  void settle() {
    control_.restart();
    control_.poll();
  }
  /// Runs until nothing is left, timers included.
  void run_out() {
    control_.restart();
    control_.run();
  }

  boost::asio::io_context control_{1};
  std::vector<std::string> told_;
  std::function<void()> drained_, closed_;
  std::optional<orderly_stop> stop_;
};

TEST_F(orderly_stop_test, goes_step_by_step) {
  auto& stop = stop_with({5s, 1h, 1h});
  stop.request("SIGTERM");
  settle();
  EXPECT_THAT(told_, ElementsAre("announce", "drain 5000"));
  drained_();
  settle();
  EXPECT_THAT(told_, ElementsAre("announce", "drain 5000", "close"));
  closed_();
  run_out(); // no timer is left
  EXPECT_THAT(told_, ElementsAre("announce", "drain 5000", "close", "done"));
}

TEST_F(orderly_stop_test, a_second_request_hurries) {
  auto& stop = stop_with({5s, 1h, 1h});
  stop.request("SIGTERM");
  stop.request("SIGINT");
  stop.request("SIGINT");
  settle();
  EXPECT_THAT(told_, ElementsAre("announce", "drain 5000", "drain 0", "abort", "drain 0", "abort"));
  drained_();
  settle();
  closed_();
  run_out();
  EXPECT_EQ("done", told_.back());
}

TEST_F(orderly_stop_test, sessions_that_do_not_close_are_given_up) {
  stop_with({1ms, 1ms, 1h}).request("SIGTERM");
  while (!closed_)
    control_.run_one();
  closed_();
  drained_(); // too late, and heard once only
  run_out();
  EXPECT_THAT(told_, ElementsAre("announce", "drain 1", "abort", "close", "given up"));
}

TEST_F(orderly_stop_test, connections_that_linger_are_aborted_and_that_is_in_order) {
  stop_with({0ms, 1h, 1ms}).request("SIGTERM");
  drained_();
  run_out();
  closed_();
  run_out();
  EXPECT_THAT(told_, ElementsAre("announce", "drain 0", "close", "abort", "done"));
}

TEST(stop_signals, are_heard_even_when_they_came_before) {
  boost::asio::io_context control{1};
  stop_signals signals{control};
  ::raise(SIGTERM);
  std::vector<std::string> heard;
  signals.listen([&](const std::string& name) {
    heard.push_back(name);
    if (heard.size() == 1)
      ::raise(SIGINT);
    else if (heard.size() == 2)
      ::raise(SIGHUP);
    else
      control.stop();
  });
  control.run_for(20s);
  EXPECT_THAT(heard, ElementsAre("SIGTERM", "SIGINT", "SIGHUP"));
  ::raise(SIGPIPE); // would end the test
}

TEST(io_threads, finish_lets_the_rest_be_done) {
  boost::asio::io_context io;
  io_threads threads{io, 2};
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i)
    boost::asio::post(io, [&] { boost::asio::post(io, [&] { ++done; }); });
  EXPECT_TRUE(threads.finish(20s));
  EXPECT_EQ(100, done);
}

TEST(io_threads, finish_does_not_wait_for_ever) {
  boost::asio::io_context io;
  boost::asio::steady_timer never{io, 1h};
  never.async_wait([](const auto&) {});
  io_threads threads{io, 2};
  EXPECT_FALSE(threads.finish(1ms));
  EXPECT_TRUE(io.stopped());
}

} // namespace
} // namespace strata
