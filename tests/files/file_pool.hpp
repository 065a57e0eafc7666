// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent_image.hpp"
#include "isolation/file_access/workers.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <future>
#include <map>
#include <mutex>
#include <sys/socket.h>
#include <thread>

namespace strata::test {

/// The server's side of file operations with real programs on this host, as one that waits for every answer.
class file_pool {
public:
  file_pool() : pool_{std::make_shared<file_workers>(io_.get_executor(), ports(), file_workers::limits{})} {}
  ~file_pool() {
    pool_->close();
    work_.reset();
    thread_.join();
    for (auto& [id, process] : programs_)
      kill_and_reap(process);
  }
  file_workers& operator*() { return *pool_; }

  template <class Answer, class Ask> static result<Answer> wait(Ask ask) {
    const auto told = std::make_shared<std::promise<result<Answer>>>();
    auto answer = told->get_future();
    ask([told](result<Answer> outcome) { told->set_value(std::move(outcome)); });
    if (answer.wait_for(std::chrono::seconds{60}) != std::future_status::ready)
      return error{errc::internal, "no answer"};
    return answer.get();
  }
  template <class Request> result<file_answer> ask(wire::files_message what, const Request& request) {
    return wait<file_answer>([&](auto done) { pool_->ask("", what, wire::encode(request), done); });
  }

  result<std::string> pack(const std::string& path, archive_format format = archive_format::tar) {
    STRATA_TRY(const auto opened, wait<opened_file>([&](auto done) { pool_->pack("", {path}, format, done); }));
    return all_of(*opened.bytes);
  }
  static result<std::string> all_of(file_source& from) {
    for (std::string all;;) {
      STRATA_TRY(auto piece, wait<std::string>([&](auto done) { from.next(done); }));
      if (piece.empty())
        return all;
      all += piece;
    }
  }
  result<wire::files_unpacked> unpack(const std::string& path, const std::string& bytes, bool any_links = false) {
    STRATA_TRY(const auto sink, wait<std::shared_ptr<archive_sink>>([&](auto done) {
                 pool_->unpack("", {path, any_links}, done);
               }));
    for (std::size_t at = 0; at < bytes.size(); at += 100'000)
      STRATA_CHECK(wait<void>([&](auto done) { sink->write(bytes.substr(at, 100'000), done); }));
    return wait<wire::files_unpacked>([&](auto done) { sink->finish(done); });
  }
  result<std::shared_ptr<file_watch>> watch(const std::string& path, bool recursive = false) {
    return wait<std::shared_ptr<file_watch>>([&](auto done) { pool_->watch("", {path, recursive}, done); });
  }
  static file_events read(file_watch& from, std::int64_t since, std::chrono::milliseconds wait_for = std::chrono::seconds{20}) {
    std::promise<file_events> told;
    from.read(since, 1000, wait_for, [&](file_events events) { told.set_value(std::move(events)); });
    return told.get_future().get();
  }

private:
  file_workers::ports ports() {
    return {[this](const std::string&, auto opened) { open(opened); },
            [this](const std::string& id) {
              std::lock_guard guard{mutex_};
              kill_process(programs_.at(id));
            },
            []() -> result<unique_fd> { return unique_fd{::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)}; }};
  }
  void open(const std::function<void(result<opened_files>)>& opened) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return opened(errno_error("make", "socket pair"));
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const unique_fd theirs{ends[1]};
    auto process =
      spawn_program("file worker", {libexec_directory().value() + "/strata-files"}, {{theirs.get(), wire::files_socket_fd}});
    std::lock_guard guard{mutex_};
    const auto id = "files-" + std::to_string(programs_.size());
    programs_.emplace(id, std::move(process.value()));
    opened(opened_files{id, unique_fd{ends[0]}});
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);
  std::mutex mutex_;
  std::map<std::string, unique_fd> programs_;
  std::shared_ptr<file_workers> pool_;
  std::thread thread_{[this] { io_.run(); }};
};

} // namespace strata::test
