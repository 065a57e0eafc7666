// SPDX-License-Identifier: MIT
#include "tests/host/live_host.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace strata::test {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds patience{60};

template <class T> T wait_for(std::future<T> what, T otherwise) {
  return what.wait_for(patience) == std::future_status::ready ? what.get() : otherwise;
}

} // namespace

own_directory::own_directory() {
  char name[] = "/tmp/strata-host-XXXXXX";
  path_ = ::mkdtemp(name);
}

own_directory::~own_directory() {
  EXPECT_EQ(0, on_host(fmt::format("chmod -R u+rwX {0} && rm -rf {0}", path_.native())));
  EXPECT_FALSE(fs::exists(path_));
}

live_host::live_host(std::unique_ptr<sandbox_host> opened)
  : host{std::move(opened)}, work_{io_.get_executor()}, thread_{[this] { io_.run(); }} {
  launcher_ = std::make_unique<bwrap_launcher>(io_, *host, [this](const sandbox_spec&, const launch_times& took) {
    const std::lock_guard lock{mutex_};
    times.push_back(took);
  });
}

live_host::~live_host() {
  launcher_.reset();
  work_.reset();
  thread_.join();
}

result<std::shared_ptr<sandbox>> live_host::launch(const std::string& session, network_mode network) {
  sandbox_spec spec;
  spec.owner_id = "owner";
  spec.session_id = session;
  spec.uid = fmt::format("u{}", ++launches_);
  spec.network = network;
  const auto made = std::make_shared<std::promise<result<std::shared_ptr<sandbox>>>>();
  auto future = made->get_future();
  launcher_->launch(
    spec, [made](result<std::shared_ptr<sandbox>> one) { made->set_value(std::move(one)); }, [](const std::string&) {});
  return wait_for(std::move(future), result<std::shared_ptr<sandbox>>{error{errc::internal, "no answer in time"}});
}

void live_host::close(const std::shared_ptr<sandbox>& one) {
  const auto gone = std::make_shared<std::promise<void>>();
  const auto files_gone = std::make_shared<std::promise<void>>();
  one->close([gone] { gone->set_value(); }, [files_gone] { files_gone->set_value(); });
  EXPECT_EQ(std::future_status::ready, gone->get_future().wait_for(patience));
  EXPECT_EQ(std::future_status::ready, files_gone->get_future().wait_for(patience));
}

answer run(sandbox& one, const std::string& command) {
  static int number = 0;
  command_spec spec;
  spec.id = fmt::format("c{}", ++number);
  spec.command = command;
  const auto done = std::make_shared<std::promise<answer>>();
  auto future = done->get_future();
  one.run(
    spec,
    [done](const result<int>& pid) {
      if (!pid)
        done->set_value({-1, {}, pid.error().message});
    },
    [done](const result<command_end>& end) {
      if (end)
        done->set_value({end->exit_code.value_or(-2), end->output.out.data, end->output.err.data});
      else
        done->set_value({-1, {}, end.error().message});
    });
  return wait_for(std::move(future), answer{-3, {}, "no answer in time"});
}

bool is_root() { return ::geteuid() == 0; }

bool has_subids() {
  const auto pool = id_pool::open("auto");
  return pool && pool->kind() == id_map_kind::subid_range;
}

int on_host(const std::string& command) {
  std::string quoted;
  for (const char c : command)
    quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return std::system(fmt::format("{}sh -c '{}'", has_subids() ? "unshare --map-root-user --map-auto " : "", quoted).c_str());
}

bool becomes_empty(const fs::path& directory) {
  for (const auto deadline = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < deadline;
       ::poll(nullptr, 0, 5))
    if (fs::is_empty(directory))
      return true;
  return false;
}

bool maps_root_to_start_of(const std::string& range) {
  return std::any_of(fs::directory_iterator{"/proc"}, fs::directory_iterator{}, [&range](const auto& process) {
    unsigned inside = 1;
    std::string outside;
    return std::ifstream{process.path() / "uid_map"} >> inside >> outside && inside == 0 && range.starts_with(outside);
  });
}

} // namespace strata::test
