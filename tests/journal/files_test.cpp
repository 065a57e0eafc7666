// SPDX-License-Identifier: MIT
// Where a journal's bytes lie, and what is left of it when its server is killed.
#include "isolation/journal/journal.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

using namespace strata;

namespace {

struct pipe_pair {
  unique_fd read, write;
  pipe_pair() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
    ::fcntl(read.get(), F_SETFL, O_NONBLOCK);
  }
};

/// A session's directory.
class folder {
public:
  folder() {
    std::string name = std::filesystem::temp_directory_path() / "journal-test.XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~folder() { std::filesystem::remove_all(path_); }
  std::shared_ptr<const journal_place> place() const {
    return std::make_shared<const journal_place>(unique_fd{::open(path_.c_str(), O_PATH | O_CLOEXEC)});
  }
  bool has(const std::string& name) const { return std::filesystem::exists(path_ / "journal" / name); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{path_ / "journal"}, {}));
  }
  void forbid_files() const { EXPECT_EQ(::symlink("/nowhere/at/all", (path_ / "journal").c_str()), 0); }

private:
  std::filesystem::path path_;
};

std::string numbered_lines(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i)
    text += fmt::format("{}\n", i);
  return text;
}

void write_all(int pipe, std::string_view bytes) {
  while (!bytes.empty())
    if (const auto wrote = ::write(pipe, bytes.data(), bytes.size()); wrote > 0)
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
}

/// Takes until the pipe is at its end, as a pump would.
void take_all(journal& log, output_stream stream, int pipe) {
  for (;;) {
    const auto got = log.take(stream, pipe, 64 << 10);
    if (got.bytes == 0 && got.failed == EAGAIN)
      std::this_thread::yield();
    else if (got.bytes == 0)
      return;
  }
}

struct everything {
  std::string bytes;
  std::int64_t gaps = 0;
  int records = 0;
};

everything read_all(const std::shared_ptr<journal>& log, stream_set streams = {}) {
  everything all;
  auto reader = log->follow(0, lag::catch_up, streams).value();
  for (std::int64_t next = 0; next < log->next();) {
    std::promise<journal_batch> coming;
    reader->read(100'000, [&](journal_batch batch) { coming.set_value(std::move(batch)); });
    const auto batch = coming.get_future().get();
    for (const auto& record : batch.records) {
      all.bytes += record.bytes;
      all.gaps += record.gap;
      ++all.records;
    }
    next = batch.next;
  }
  return all;
}

constexpr journal::bounds roomy{.head_bytes = 64 << 20, .tail_bytes = 64 << 20};

} // namespace

TEST(journal_files, what_is_short_needs_no_file_and_what_is_long_lies_in_one) {
  folder session;
  auto log = journal::make(roomy);
  log->put_at(session.place(), "p1-abcd");
  log->append(output_stream::out, "short");
  EXPECT_FALSE(log->may_block(output_stream::out));
  EXPECT_FALSE(session.has("p1-abcd.stdout"));

  pipe_pair pipe;
  const auto sent = numbered_lines(5'000'000);
  std::thread writer{[&] {
    write_all(pipe.write.get(), sent);
    pipe.write.reset();
  }};
  take_all(*log, output_stream::out, pipe.read.get());
  writer.join();
  EXPECT_TRUE(log->may_block(output_stream::out));
  EXPECT_TRUE(session.has("p1-abcd.stdout"));
  EXPECT_TRUE(session.has("p1-abcd.index"));
  EXPECT_EQ(session.files(), 2U);
  EXPECT_EQ(read_all(log).bytes, "short" + sent);

  log->end({"exited", 0, {}, {}, 0});
  log->settle();
  EXPECT_EQ(read_all(log).bytes, "short" + sent); // the files are closed by now
  EXPECT_EQ(log->view({}, 100).data.size(), 100U);
  log->discard();
  EXPECT_EQ(session.files(), 0U);
}

TEST(journal_files, gives_back_what_it_does_not_keep) {
  folder session;
  auto log = journal::make({.head_bytes = 1 << 20, .tail_bytes = 1 << 20});
  log->put_at(session.place(), "p1-abcd");
  pipe_pair pipe;
  const auto sent = numbered_lines(50'000'000);
  std::thread writer{[&] {
    write_all(pipe.write.get(), sent);
    pipe.write.reset();
  }};
  take_all(*log, output_stream::out, pipe.read.get());
  writer.join();
  const auto all = read_all(log);
  EXPECT_EQ(static_cast<std::int64_t>(all.bytes.size()) + all.gaps, static_cast<std::int64_t>(sent.size()));
  EXPECT_EQ(all.bytes.substr(0, 900'000), sent.substr(0, 900'000));
  EXPECT_EQ(all.bytes.substr(all.bytes.size() - 900'000), sent.substr(sent.size() - 900'000));
  const auto kept =
    journal::restore({.head_bytes = 1 << 20, .tail_bytes = 1 << 20}, session.place(), "p1-abcd", journal::kept_files{});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(read_all(*kept).bytes, all.bytes);
  EXPECT_EQ(read_all(*kept).gaps, all.gaps);
}

TEST(journal_files, a_disk_that_takes_nothing_costs_bytes_that_are_told_and_no_process_hangs) {
  folder session;
  session.forbid_files();
  auto log = journal::make(roomy);
  log->put_at(session.place(), "p1-abcd");
  pipe_pair pipe;
  const auto sent = numbered_lines(1'000'000);
  std::thread writer{[&] {
    write_all(pipe.write.get(), sent);
    pipe.write.reset();
  }};
  take_all(*log, output_stream::out, pipe.read.get());
  writer.join();
  log->end({"exited", 0, {}, {}, 0});
  const auto all = read_all(log);
  EXPECT_EQ(static_cast<std::int64_t>(all.bytes.size()) + all.gaps, static_cast<std::int64_t>(sent.size()));
  EXPECT_GE(all.bytes.size(), 60'000U);
  EXPECT_EQ(all.bytes, sent.substr(0, all.bytes.size()));
  EXPECT_EQ(log->limits_hit(), std::vector<std::string>{"disk"});
}

/// A server process takes both streams of a writer, and is killed; a later one goes on. Every byte is there once.
TEST(journal_files, a_killed_server_loses_nothing) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random{seed};
  for (int trial = 0; trial < 12; ++trial) {
    folder session;
    pipe_pair out, err;
    const auto sent = numbered_lines(trial < 4 ? 40'000 : 20'000'000);
    auto first = journal::make(roomy);
    first->put_at(session.place(), "p1-abcd");
    auto kept = first->keep({output_stream::out, output_stream::err});
    ASSERT_TRUE(kept) << kept.error().message;
    const auto after = std::uniform_int_distribution<std::int64_t>{0, 2 * static_cast<std::int64_t>(sent.size())}(random);
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const auto server = ::fork();
    if (server == 0) {
      bool said = false;
      for (;;) {
        first->take(output_stream::out, out.read.get(), 64 << 10);
        first->take(output_stream::err, err.read.get(), 64 << 10);
        if (!said && first->next() >= after)
          said = ::write(told[1], "x", 1) == 1; // and goes on, until it is killed at any place
      }
    }
    std::thread writer{[&] {
      for (std::size_t at = 0; at < sent.size(); at += 10'000) {
        write_all(out.write.get(), std::string_view{sent}.substr(at, 10'000));
        write_all(err.write.get(), std::string_view{sent}.substr(at, 10'000));
      }
      out.write.reset();
      err.write.reset();
    }};
    unique_fd said{told[0]}, tell{told[1]};
    char x;
    EXPECT_EQ(::read(said.get(), &x, 1), 1);
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    first.reset();

    auto second = journal::restore(roomy, session.place(), "p1-abcd", std::move(*kept));
    ASSERT_TRUE(second) << second.error().message;
    std::thread other{[&] { take_all(**second, output_stream::err, err.read.get()); }};
    take_all(**second, output_stream::out, out.read.get());
    other.join();
    writer.join();
    EXPECT_TRUE(read_all(*second, stream_set{output_stream::out}).bytes == sent) << trial;
    EXPECT_TRUE(read_all(*second, stream_set{output_stream::err}).bytes == sent) << trial;
    EXPECT_EQ((*second)->next(), static_cast<std::int64_t>(2 * sent.size()));
    EXPECT_EQ(read_all(*second).gaps, 0);
  }
}

TEST(journal_files, what_others_hold_they_can_only_read) {
  auto log = journal::make(roomy);
  auto kept = log->keep({output_stream::out});
  ASSERT_TRUE(kept);
  const auto& file = kept->streams[0];
  EXPECT_EQ(::fcntl(file.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  struct stat status {};
  EXPECT_EQ(::fstat(file.get(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST(journal_files, refuses_an_index_that_makes_no_sense) {
  folder session;
  const auto broken = [&](std::string_view bytes) {
    journal::kept_files files;
    files.streams[0] = make_memfd("out");
    write_all(files.streams[0].get(), "some output");
    files.index = make_memfd("index");
    write_all(files.index.get(), bytes);
    return journal::restore(roomy, session.place(), "p1-abcd", std::move(files));
  };
  EXPECT_FALSE(broken("not an index at all, although it is long enough to be the header of one, and more"));
  EXPECT_FALSE(broken(""));
  std::string header(64, '\0');
  header.replace(0, 8, "strataJ1");
  EXPECT_TRUE(broken(header)); // nothing was indexed yet
  header[8] = 127;
  EXPECT_FALSE(broken(header));
  header[8] = 0;
  EXPECT_FALSE(broken(header + std::string(40, '\x7f')));
  EXPECT_FALSE(broken(header + std::string(40, '\0')));
}
