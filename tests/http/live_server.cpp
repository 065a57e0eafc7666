// SPDX-License-Identifier: MIT
#include "tests/http/live_server.hpp"

#include "isolation/journal/disk_jobs.hpp"

#include <csignal>

namespace strata::test {

server_options live_server::quick_options() {
  server_options options;
  options.addresses = {{"127.0.0.1", 0}};
  return options;
}

void live_server::start() {
  options.on_access = [this](const access_record& record) {
    {
      std::lock_guard guard{mutex_};
      access_.push_back(record);
    }
    logged_.notify_all();
  };
  ::signal(SIGPIPE, SIG_IGN); // as the server does
  auto started = http_server::start(io_, door, options);
  ASSERT_TRUE(started) << started.error().message;
  server = std::move(*started);
  for (int i = 0; i < 2; ++i)
    threads_.emplace_back([this] { io_.run(); });
}

std::uint16_t live_server::port() {
  if (!server)
    start();
  return server->addresses().at(0).port;
}

raw_client live_server::client(int receive_buffer) { return raw_client{port(), receive_buffer}; }

raw_response live_server::ask(std::string_view method, std::string_view target, std::string_view body, std::string_view headers) {
  auto one = client();
  one.send(request_text(method, target, body, headers));
  return one.receive(method == "HEAD");
}

nlohmann::json live_server::body_of(const raw_response& response) { return nlohmann::json::parse(response.body, nullptr, false); }

std::vector<access_record> live_server::access(std::size_t at_least) {
  std::unique_lock guard{mutex_};
  logged_.wait_for(guard, fake_gateway::patience, [&] { return access_.size() >= at_least; });
  return access_;
}

void live_server::halt() {
  work_.reset();
  io_.stop();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
  wait_for_disk_jobs();
}

void live_server::TearDown() {
  halt();
  server.reset();
}

} // namespace strata::test
