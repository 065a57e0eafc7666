// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent_image.hpp"
#include "isolation/file_access/workers.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"
#include "tests/files/file_worker.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <fcntl.h>
#include <future>
#include <gtest/gtest.h>
#include <mutex>
#include <sys/socket.h>
#include <thread>

namespace strata::test {

using wire::files_message;

/// Real programs on this host, or sockets that the test answers.
class file_workers_test : public testing::Test {
protected:
  ~file_workers_test() override {
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

  std::map<std::string, unique_fd> programs_;

private:
  boost::asio::io_context io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{io_.get_executor()};
  std::shared_ptr<file_workers> pool_;
  std::thread thread_;
};

} // namespace strata::test
