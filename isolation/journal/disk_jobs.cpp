// SPDX-License-Identifier: MIT
#include "isolation/journal/disk_jobs.hpp"

#include "isolation/journal/journal.hpp"

#include <boost/asio/post.hpp>
#include <condition_variable>

namespace strata {

namespace {

struct job_count {
  std::mutex mutex;
  std::condition_variable none;
  int running = 0;
};

job_count& jobs() {
  static auto* const count = new job_count; // the threads outlive every static object
  return *count;
}

} // namespace

void run_where_it_may_block(std::function<void()> job) {
  {
    std::lock_guard guard{jobs().mutex};
    ++jobs().running;
  }
  boost::asio::post(journal::disk(), [job = std::move(job)]() mutable {
    job();
    job = nullptr; // with all that it held
    std::lock_guard guard{jobs().mutex};
    if (--jobs().running == 0)
      jobs().none.notify_all();
  });
}

void wait_for_disk_jobs() {
  std::unique_lock guard{jobs().mutex};
  jobs().none.wait(guard, [] { return jobs().running == 0; });
}

} // namespace strata
