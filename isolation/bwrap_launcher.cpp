// SPDX-License-Identifier: MIT
#include "isolation/bwrap_launcher.hpp"

#include "isolation/bwrap_sandbox.hpp"
#include "isolation/journal/disk_jobs.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <mutex>
#include <optional>
#include <thread>

namespace strata {

namespace {

using clock = std::chrono::steady_clock;

// Half of a launch is waiting for other processes.
std::size_t thread_count() { return 2 * std::max(1U, std::thread::hardware_concurrency()); }

// Keeps the promise that `died` comes after `ready`, although they come from different threads.
class death_notice {
public:
  explicit death_notice(std::function<void(std::string cause)> died) : died_{std::move(died)} {}

  void died(std::string cause) {
    std::unique_lock lock{mutex_};
    if (!ready_told_) {
      early_ = std::move(cause);
      return;
    }
    lock.unlock();
    died_(std::move(cause));
  }
  void ready_told() {
    std::unique_lock lock{mutex_};
    ready_told_ = true;
    auto cause = std::exchange(early_, std::nullopt);
    lock.unlock();
    if (cause)
      died_(std::move(*cause));
  }

private:
  std::function<void(std::string cause)> died_;
  std::mutex mutex_;
  bool ready_told_ = false;
  std::optional<std::string> early_;
};

} // namespace

bwrap_launcher::bwrap_launcher(boost::asio::io_context& io, sandbox_host& host, launch_watcher on_launched)
  : io_{io}, host_{host}, on_launched_{std::move(on_launched)}, threads_{thread_count()} {}

bwrap_launcher::~bwrap_launcher() {
  stopping_ = true;
  threads_.join();
  deleted_.end();
  wait_for_disk_jobs(); // they hold executors of io_
}

void bwrap_launcher::launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
                            std::function<void(std::string cause)> died) {
  boost::asio::post(threads_,
                    [this, asked = clock::now(), spec = std::move(spec), ready = std::move(ready), died = std::move(died)] {
                      const auto notice = std::make_shared<death_notice>(died);
                      const auto queued = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - asked);
                      auto built = build(spec, queued, [notice](std::string cause) { notice->died(std::move(cause)); });
                      boost::asio::post(io_, [ready, notice, built = std::move(built)]() mutable {
                        ready(std::move(built));
                        notice->ready_told();
                      });
                    });
}

result<std::shared_ptr<sandbox>> bwrap_launcher::build(const sandbox_spec& spec, std::chrono::microseconds queued,
                                                       std::function<void(std::string cause)> died) {
  if (stopping_)
    return error{errc::draining, "start sandbox: the server is stopping"};
  STRATA_TRY(auto built, build_sandbox(host_, host_.driver, spec));
  // The trash may outlive io_, so what it holds must not be a sandbox. `news` shares its state, hence the copy.
  auto discard = [news = deleted_, discard_files = std::move(built.discard_files)](std::function<void()> files_gone) mutable {
    discard_files(news.subscribe(std::move(files_gone)));
  };
  bwrap_sandbox::endings on{std::move(died), std::move(discard)};
  const auto made = std::make_shared<bwrap_sandbox>(
    io_.get_executor(), std::move(built.processes), std::move(built.facts), std::move(built.group),
    std::make_shared<const journal_place>(std::move(built.directory)), &host_.files_program, std::move(on));
  made->start();
  built.times.queued = queued;
  if (on_launched_)
    on_launched_(spec, built.times);
  return std::shared_ptr<sandbox>{made};
}

} // namespace strata
