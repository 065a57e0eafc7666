// SPDX-License-Identifier: MIT
#include "tests/http/live_server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

using namespace strata;
using namespace strata::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

/// UBSan looks at an object's type through a pipe. Without a descriptor for one it takes every object for a bad one, so
/// this program, and only this, does without that check.
extern "C" const char* __ubsan_default_options() { return "suppressions=" STRATA_UBSAN_SUPPRESSIONS; }

class shortage : public live_server {};

TEST_F(shortage, out_of_descriptors_the_server_pauses_and_goes_on) {
  std::mutex mutex;
  std::condition_variable told;
  std::string problem;
  options.on_problem = [&](std::string_view what, const std::vector<log_fact>& facts) {
    std::lock_guard guard{mutex};
    problem = log_line({}, log_level::warn, what, facts);
    told.notify_all();
  };
  const auto target = port();
  raw_client early{target}; // stays, so that the server gets no descriptor back from it
  EXPECT_EQ(early.exchange(request_text("GET", "/healthz")).status, 200); // with this the sanitizer has read its file
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit tight{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  std::vector<unique_fd> taken;
  for (unique_fd fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)}; fd; fd.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC)))
    taken.push_back(std::move(fd));
  taken.pop_back(); // for the client: nothing is left for the server
  raw_client starved{target};
  starved.send(request_text("GET", "/healthz"));
  {
    std::unique_lock guard{mutex};
    EXPECT_TRUE(told.wait_for(guard, 20s, [&] { return !problem.empty(); }));
  }
  taken.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_THAT(problem, HasSubstr("too many open files"));
  EXPECT_EQ(starved.receive().status, 200);
}
