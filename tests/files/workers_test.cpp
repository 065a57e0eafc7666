// SPDX-License-Identifier: MIT
// How the server has its operations on files done: programs started, used again, given up and ended.
#include "isolation/file_access/workers.hpp"
#include "tests/files/file_worker.hpp"

#include "isolation/agent_image.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <fcntl.h>
#include <future>
#include <gmock/gmock.h>
#include <mutex>
#include <sys/socket.h>
#include <thread>

using namespace strata;
using namespace strata::test;
using wire::files_message;

namespace {

/// Real programs on this host, or sockets that the test answers.
class workers : public testing::Test {
protected:
  ~workers() override {
    if (pool_)
      pool_->close();
    work_.reset();
    thread_.join();
    for (auto& [id, process] : programs_)
      kill_and_reap(process);
  }

  file_workers& pool(file_workers::limits within = {}) {
    if (!pool_) {
      pool_ = std::make_shared<file_workers>(
        io_.get_executor(),
        file_workers::ports{[this](const std::string& user, auto opened) { open(user, opened); },
                            [this](const std::string& id) { tell([&] { ended_.push_back(id); }); }},
        within);
      thread_ = std::thread{[this] { io_.run(); }};
    }
    return *pool_;
  }
  void open(const std::string& user, const std::function<void(result<opened_files>)>& opened) {
    if (user == "nobody-knows")
      return opened(error{errc::user_not_found, "no such user"});
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    unique_fd theirs{ends[1]};
    const auto id = "files-" + std::to_string(++started_);
    if (silent_)
      tell([&] { silent_ends_.push_back(std::move(theirs)); });
    else
      programs_.emplace(
        id, spawn_program("file worker", {libexec_directory().value() + "/strata-files"}, {{theirs.get(), wire::files_socket_fd}})
              .value());
    opened(opened_files{id, unique_fd{ends[0]}});
  }

  template <class Change> void tell(Change change) {
    std::lock_guard guard{mutex_};
    change();
    changed_.notify_all();
  }
  template <class Until> bool wait(Until until) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, std::chrono::seconds{20}, until);
  }

  template <class T> struct answer {
    std::promise<result<T>> promise;
    std::future<result<T>> future = promise.get_future();
  };
  template <class T> static std::pair<file_access::callback<T>, std::shared_ptr<answer<T>>> expecting() {
    auto made = std::make_shared<answer<T>>();
    return {[made](result<T> got) { made->promise.set_value(std::move(got)); }, made};
  }
  result<file_answer> stat(const std::string& path, const std::string& user = {}) {
    auto [done, coming] = expecting<file_answer>();
    pool().ask(user, files_message::stat, wire::encode(wire::files_stat{path}), done);
    return coming->future.get();
  }
  result<std::string> read(const std::string& path) {
    auto [done, coming] = expecting<opened_file>();
    pool().read("", {path}, done);
    auto opened = coming->future.get();
    if (!opened)
      return opened.error();
    std::string bytes;
    for (;;) {
      auto [take, piece] = expecting<std::string>();
      opened->bytes->next(take);
      auto got = piece->future.get();
      if (!got || got->empty())
        return got ? result<std::string>{bytes} : got;
      bytes += *got;
    }
  }
  std::shared_ptr<file_sink> begin_write(const std::string& path) {
    auto [done, coming] = expecting<std::shared_ptr<file_sink>>();
    wire::files_write asked;
    asked.path = path;
    pool().write("", asked, done);
    return coming->future.get().value();
  }
  static result<void> give(file_sink& to, std::string bytes) {
    auto [taken, coming] = expecting<void>();
    to.write(std::move(bytes), taken);
    return coming->future.get();
  }
  static result<file_info> finish(file_sink& to) {
    auto [made, coming] = expecting<file_info>();
    to.finish(made);
    return coming->future.get();
  }

  scratch_directory in;
  std::atomic<int> started_{0};
  bool silent_ = false;
  std::vector<unique_fd> silent_ends_;
  std::vector<std::string> ended_;
  std::mutex mutex_; ///< of the two
  std::condition_variable changed_;

private:
  boost::asio::io_context io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{io_.get_executor()};
  std::map<std::string, unique_fd> programs_;
  std::shared_ptr<file_workers> pool_;
  std::thread thread_;
};

} // namespace

TEST_F(workers, are_started_when_needed_and_used_again) {
  EXPECT_EQ(stat(in.path).value().info.type, file_type::directory);
  EXPECT_EQ(stat(in / "none").error().code, errc::file_not_found);
  fill(in / "x", "content");
  EXPECT_EQ(read(in / "x").value(), "content");
  EXPECT_EQ(started_, 1);
  EXPECT_TRUE(stat(in.path, "bob")); // as somebody else it is another one
  EXPECT_EQ(started_, 2);
  EXPECT_EQ(stat(in.path, "nobody-knows").error().code, errc::user_not_found);
}

TEST_F(workers, carry_any_number_of_bytes) {
  std::string bytes(5'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 2654435761U >> 16);
  const auto sink = begin_write(in / "large");
  for (std::size_t at = 0; at < bytes.size(); at += 777'777)
    ASSERT_TRUE(give(*sink, bytes.substr(at, 777'777)));
  const auto made = finish(*sink);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->size, 5'000'000);
  EXPECT_EQ(read(in / "large").value(), bytes);
}

TEST_F(workers, tell_why_bytes_are_not_taken) {
  const auto sink = begin_write(in / "none/x");
  result<void> taken;
  while (taken)
    taken = give(*sink, std::string(64 << 10, 'x'));
  EXPECT_EQ(taken.error().code, errc::file_not_found);
  EXPECT_EQ(finish(*sink).error().code, errc::file_not_found);
  EXPECT_EQ(finish(*begin_write(in.path)).error().code, errc::is_a_directory);
}

TEST_F(workers, undo_what_is_dropped) {
  fill(in / "x", "old");
  {
    const auto sink = begin_write(in / "x");
    ASSERT_TRUE(give(*sink, "new"));
    while (names_in(in.path).size() == 1) // its bytes are in a file beside
      std::this_thread::yield();
  }
  while (names_in(in.path).size() == 2)
    std::this_thread::yield();
  EXPECT_EQ(content_of(in / "x"), "old");
}

TEST_F(workers, wait_for_each_other_and_not_for_ever) {
  file_workers::limits within;
  within.workers = 1;
  within.waiting = 1;
  pool(within);
  auto sink = begin_write(in / "x");
  auto [done, waits] = expecting<file_answer>();
  const auto number = pool().ask("", files_message::stat, wire::encode(wire::files_stat{in.path}), done);
  EXPECT_EQ(stat(in.path).error().code, errc::overloaded);
  pool().cancel(number);
  EXPECT_EQ(waits->future.get().error().code, errc::session_lost);
  auto [again, waits_too] = expecting<file_answer>();
  pool().ask("bob", files_message::stat, wire::encode(wire::files_stat{in.path}), again);
  EXPECT_TRUE(finish(*sink));
  sink.reset();
  EXPECT_TRUE(waits_too->future.get());
}

TEST_F(workers, refuse_who_has_waited_too_long) {
  file_workers::limits within;
  within.workers = 1;
  within.queue_patience = std::chrono::milliseconds{1};
  pool(within);
  const auto sink = begin_write(in / "x");
  EXPECT_EQ(stat(in.path).error().code, errc::overloaded);
}

TEST_F(workers, that_do_not_answer_are_given_up_and_killed) {
  silent_ = true;
  file_workers::limits within;
  within.answer_patience = within.data_patience = within.end_grace = std::chrono::milliseconds{1};
  pool(within);
  EXPECT_EQ(stat("/").error().code, errc::session_lost);
  EXPECT_EQ(stat("/").error().code, errc::session_lost);
  EXPECT_TRUE(wait([&] { return ended_.size() == 2; }));
  EXPECT_THAT(ended_, testing::ElementsAre("files-1", "files-2"));
}

TEST_F(workers, that_talk_nonsense_are_not_believed) {
  silent_ = true;
  const std::vector<std::string> nonsense{
    wire::encode(wire::files_stat{}),                          // no head at all
    std::string("\x00\x02\x00\x00\xff\xff\xff\xff", 8),        // an info of 4 GiB
    std::string("\x00\x02\x00\x00\x02\x00\x00\x00", 8) + "xx", // one that is none
    std::string("\x00\x01\x00\x00\x00\x00\x10\x00", 8),        // data beyond what is agreed
  };
  for (const auto& bytes : nonsense) {
    auto [done, coming] = expecting<file_answer>();
    pool().ask("", files_message::stat, wire::encode(wire::files_stat{"/"}), done);
    ASSERT_TRUE(wait([&] { return !silent_ends_.empty(); }));
    ASSERT_EQ(::send(silent_ends_.back().get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    silent_ends_.clear();
    EXPECT_EQ(coming->future.get().error().code, errc::session_lost);
  }
}

TEST_F(workers, of_a_sandbox_that_ends_fail_what_is_under_way) {
  silent_ = true;
  auto [done, coming] = expecting<file_answer>();
  pool().ask("", files_message::stat, wire::encode(wire::files_stat{"/"}), done);
  pool().close();
  EXPECT_EQ(coming->future.get().error().code, errc::session_lost);
  EXPECT_EQ(stat("/").error().code, errc::session_lost);
}
