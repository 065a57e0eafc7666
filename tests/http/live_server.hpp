// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/server.hpp"
#include "tests/http/raw_client.hpp"
#include "tests/support/fake_gateway.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <thread>

namespace strata::test {

/// The real server on a port of its own, over a fake gateway, run by two threads.
class live_server : public ::testing::Test {
  boost::asio::io_context io_{2}; // outlives the gateway, whose late replies go there

public:
  /// Options are changed before this; the first client starts it otherwise.
  void start();
  raw_client client(int receive_buffer = 0);
  /// One request on a connection of its own.
  raw_response ask(std::string_view method, std::string_view target, std::string_view body = {}, std::string_view headers = {});
  static nlohmann::json body_of(const raw_response& response);

  std::uint16_t port();
  std::vector<access_record> access(std::size_t at_least);

  server_options options = quick_options();
  fake_gateway door;
  std::unique_ptr<http_server> server;

protected:
  void TearDown() override;
  /// Ends the threads, so that what is left can be looked at.
  void halt();

private:
  static server_options quick_options();

  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable logged_;
  std::vector<access_record> access_;
};

} // namespace strata::test
