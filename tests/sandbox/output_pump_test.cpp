// SPDX-License-Identifier: MIT
#include "isolation/input_feed.hpp"
#include "isolation/output_pump.hpp"

#include <array>
#include <cstdlib>
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

std::shared_ptr<output_pump> pump_of(boost::asio::io_context& io, pipe_pair& pipe, std::shared_ptr<journal> log) {
  return std::make_shared<output_pump>(io.get_executor(), output_pump::input{std::move(pipe.read)}, std::move(log),
                                       output_stream::out);
}

} // namespace

TEST(output_pump, takes_everything_to_the_end) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  auto log = journal::make({});
  bool ended = false;
  auto pump = pump_of(io, pipe, log);
  pump->when_closed([&] { ended = true; });
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
  EXPECT_EQ(log->view({}, 4'000'000).data, sent);
}

TEST(output_pump, drains_what_lies_there_although_a_survivor_holds_the_pipe) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  auto log = journal::make({});
  auto pump = pump_of(io, pipe, log);
  ASSERT_EQ(::write(pipe.write.get(), "last words", 10), 10);
  bool done = false;
  pump->drain_once([&] { done = true; });
  EXPECT_TRUE(done);
  EXPECT_EQ(log->view({}, 100).data, "last words");
  EXPECT_TRUE(pump->is_open());
  pump->stop();
}

TEST(output_pump, sees_the_end_while_draining) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  auto pump = pump_of(io, pipe, journal::make({}));
  ASSERT_EQ(::write(pipe.write.get(), "x", 1), 1);
  pipe.write.reset();
  pump->drain_once([] {});
  EXPECT_FALSE(pump->is_open());
}

TEST(output_pump, waits_for_a_reader_that_holds_it_back_but_drains_all_the_same) {
  boost::asio::io_context io;
  pipe_pair pipe;
  set_nonblocking(pipe.read);
  auto log = journal::make({.tail_bytes = 10});
  auto reader = log->follow(0, lag::hold_back).value();
  auto pump = pump_of(io, pipe, log);
  pump->start();
  ASSERT_EQ(::write(pipe.write.get(), "more than ten", 13), 13);
  io.poll();
  ASSERT_EQ(::write(pipe.write.get(), "two", 3), 3);
  io.restart();
  io.poll();
  EXPECT_EQ(log->next(), 13);
  std::string seen;
  const auto read = [&] {
    reader->read(100, [&](const journal_batch& batch) {
      for (const auto& record : batch.records)
        seen += record.bytes;
    });
  };
  read();
  io.restart();
  io.poll();
  read();
  EXPECT_EQ(seen, "more than tentwo");
  ASSERT_EQ(::write(pipe.write.get(), "three and four", 14), 14);
  io.restart();
  io.poll();
  ASSERT_EQ(::write(pipe.write.get(), "five", 4), 4);
  pump->drain_once([] {});
  EXPECT_EQ(log->next(), 34);
  pump->stop();
}

TEST(output_pump, takes_a_terminal_through_its_relay) {
  boost::asio::io_context io;
  unique_fd controller{::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
  ASSERT_EQ(::grantpt(controller.get()) | ::unlockpt(controller.get()), 0);
  unique_fd terminal{::open(::ptsname(controller.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)};
  pipe_pair relay;
  set_nonblocking(relay.read);
  set_nonblocking(relay.write);
  ASSERT_EQ(::write(relay.write.get(), "left there ", 11), 11); // by a server that was killed
  auto log = journal::make({.memory_bytes = 0});                // a file at once
  auto pump = std::make_shared<output_pump>(
    io.get_executor(), output_pump::input{std::move(controller), std::move(relay.read), std::move(relay.write)}, log,
    output_stream::merged);
  pump->start();
  ASSERT_EQ(::write(terminal.get(), "on screen\n", 10), 10);
  terminal.reset();
  io.run();
  EXPECT_EQ(log->view({}, 100).data, "left there on screen\r\n");
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
