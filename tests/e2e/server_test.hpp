// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/live_server.hpp"
#include "tests/support/rest_client.hpp"

#include <gtest/gtest.h>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace strata::test {

/// A scenario against the real server. At its end the server is told to stop and must exit with 0 and leave nothing: no process
/// below this one, no mount, no file of a session. The server starts with the first call of server() or client(),
/// which are for the test's own thread until then.
class server_test : public testing::Test {
protected:
  void SetUp() override;
  void TearDown() override;

  live_server& server();
  /// A connection kept for the whole scenario.
  rest_client& client();
  /// Another one, for a call at the same time. For any thread once the server runs.
  rest_client another_client() { return rest_client{server().port()}; }

  /// Before the first use.
  server_setup setup;
  /// For scenarios that have ended the server themselves and checked it.
  void forget_server() { server_.reset(); }

  /// Whether the test runs as root, or as a plain user with or without subordinate ids.
  static bool as_root();
  static bool has_subids();

  const session_name session{};

private:
  std::unique_ptr<live_server> server_;
  std::unique_ptr<rest_client> client_;
};

/// Runs `work(0)` … `work(count - 1)` in threads of their own and waits. An exception in one fails the test.
void at_once(int count, const std::function<void(int)>& work);

} // namespace strata::test
