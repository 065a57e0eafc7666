// SPDX-License-Identifier: MIT
#include "isolation/input_feed.hpp"
#include "isolation/output_pump.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

using namespace strata;

namespace {

std::shared_ptr<input_stream> whole(std::string data) {
  auto made = std::make_shared<input_stream>();
  made->write(std::move(data), {});
  made->end();
  return made;
}

struct pipe_pair {
  unique_fd read, write;
  pipe_pair() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
};

void set_nonblocking(const unique_fd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

} // namespace

TEST(output_pump, hands_on_everything_and_then_the_end) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  std::string seen;
  bool ended = false;
  auto pump = std::make_shared<output_pump>(
    io.get_executor(), std::move(pipe.read), [&](std::string_view bytes) { seen += bytes; }, [&] { ended = true; });
  pump->start();
  std::string sent(3'000'000, 'x');
  std::thread writer{[&] {
    for (std::size_t at = 0; at < sent.size();)
      at += static_cast<std::size_t>(::write(pipe.write.get(), sent.data() + at, sent.size() - at));
    pipe.write.reset();
  }};
  io.run();
  writer.join();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(pump->is_open());
  EXPECT_EQ(seen, sent);
}

TEST(output_pump, drains_what_lies_there_although_a_survivor_holds_the_pipe) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  std::string seen;
  auto pump = std::make_shared<output_pump>(
    io.get_executor(), std::move(pipe.read), [&](std::string_view bytes) { seen += bytes; }, nullptr);
  ASSERT_EQ(::write(pipe.write.get(), "last words", 10), 10);
  pump->drain_once();
  EXPECT_EQ(seen, "last words");
  EXPECT_TRUE(pump->is_open());
  pump->stop();
}

TEST(output_pump, sees_the_end_while_draining) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  auto pump = std::make_shared<output_pump>(io.get_executor(), std::move(pipe.read), nullptr, nullptr);
  ASSERT_EQ(::write(pipe.write.get(), "x", 1), 1);
  pipe.write.reset();
  pump->drain_once();
  EXPECT_FALSE(pump->is_open());
}

TEST(input_feed, writes_more_than_a_pipe_holds_and_closes) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.write);
  std::string data(1'000'000, 'i'), seen;
  std::make_shared<input_feed>(io.get_executor(), std::move(pipe.write), whole(data))->start();
  std::thread reader{[&] {
    std::array<char, 4096> chunk;
    for (ssize_t got; (got = ::read(pipe.read.get(), chunk.data(), chunk.size())) > 0;)
      seen.append(chunk.data(), static_cast<std::size_t>(got));
  }};
  io.run();
  reader.join();
  EXPECT_EQ(seen, data);
}

TEST(input_feed, ends_silently_when_nobody_reads) {
  ::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.write);
  pipe.read.reset();
  std::make_shared<input_feed>(io.get_executor(), std::move(pipe.write), whole("data"))->start();
  io.run();
}

TEST(input_feed, tells_each_writer_when_its_piece_is_taken_or_never_will_be) {
  ::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.write);
  auto input = std::make_shared<input_stream>();
  std::vector<std::string> told;
  auto note = [&](std::string name) {
    return [&told, name](bool accepted) { told.push_back(name + (accepted ? " taken" : " lost")); };
  };
  input->write("before", note("before"));
  std::make_shared<input_feed>(io.get_executor(), std::move(pipe.write), input)->start();
  io.poll();
  input->write("more", note("more"));
  input->write(std::string(1 << 20, 'x'), note("much"));
  io.restart();
  io.poll();
  EXPECT_EQ(told, (std::vector<std::string>{"before taken", "more taken"}));
  EXPECT_GE(input->taken(), 10);
  pipe.read.reset();
  io.restart();
  io.run();
  input->write("late", note("late"));
  EXPECT_EQ(told, (std::vector<std::string>{"before taken", "more taken", "much lost", "late lost"}));
}

TEST(output_pump, waits_while_it_is_paused_but_drains_all_the_same) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  std::string seen;
  std::shared_ptr<output_pump> pump;
  pump = std::make_shared<output_pump>(
    io.get_executor(), std::move(pipe.read),
    [&](std::string_view bytes) {
      seen += bytes;
      pump->pause();
    },
    nullptr);
  pump->start();
  ASSERT_EQ(::write(pipe.write.get(), "one", 3), 3);
  io.poll();
  ASSERT_EQ(::write(pipe.write.get(), "two", 3), 3);
  io.restart();
  io.poll();
  EXPECT_EQ(seen, "one");
  pump->resume();
  io.restart();
  io.poll();
  EXPECT_EQ(seen, "onetwo");
  ASSERT_EQ(::write(pipe.write.get(), "three", 5), 5);
  pump->drain_once();
  EXPECT_EQ(seen, "onetwothree");
  pump->stop();
  pump.reset();
}
