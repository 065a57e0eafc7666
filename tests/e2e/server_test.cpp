// SPDX-License-Identifier: MIT
#include "tests/e2e/server_test.hpp"

#include "tests/support/descendants.hpp"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace strata::test {

namespace {

constexpr std::size_t shown_log = 20'000;

} // namespace

void server_test::SetUp() { adopt_orphans(); }

void server_test::TearDown() {
  client_.reset();
  if (server_) {
    if (server_->is_running()) {
      EXPECT_EQ(server_->stop(), 0) << "the server's exit code";
    }
    EXPECT_EQ(server_->leftovers(), "");
    if (HasFailure()) {
      auto log = server_->log();
      std::cout << "the server's log:\n" << (log.size() > shown_log ? log.substr(log.size() - shown_log) : log) << std::endl;
    }
  }
  end_descendants();
  server_.reset();
}

live_server& server_test::server() {
  if (!server_)
    server_ = std::make_unique<live_server>(setup);
  return *server_;
}

rest_client& server_test::client() {
  if (!client_)
    client_ = std::make_unique<rest_client>(server().port());
  return *client_;
}

bool server_test::as_root() { return ::geteuid() == 0; }

bool server_test::has_subids() {
  const char* user = std::getenv("USER");
  std::ifstream grants{"/etc/subuid"};
  for (std::string line; user != nullptr && std::getline(grants, line);)
    if (line.starts_with(std::string{user} + ":"))
      return true;
  return false;
}

void at_once(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int number = 0; number < count; ++number)
    threads.emplace_back([&work, number] {
      try {
        work(number);
      } catch (const std::exception& failure) {
        ADD_FAILURE() << "at once " << number << ": " << failure.what();
      }
    });
  for (auto& thread : threads)
    thread.join();
}

} // namespace strata::test
