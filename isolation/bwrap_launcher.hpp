// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/build_sandbox.hpp"
#include "isolation/deletion_news.hpp"
#include "isolation/sandbox.hpp"
#include "isolation/sandbox_host.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

namespace strata {

/// Builds sandboxes with bwrap on threads of its own: as many at a time as the machine can use, the rest waits in order.
class bwrap_launcher : public sandbox_launcher {
public:
  /// Hears of every sandbox that was built, on a launch thread.
  using launch_watcher = std::function<void(const sandbox_spec& spec, const launch_times& times)>;

  /// `io` runs the sandboxes' strands; it and `host` must outlive the launcher and every sandbox's processes. A sandbox that is
  /// closed after the launcher's end does not hear when its files are gone.
  bwrap_launcher(boost::asio::io_context& io, sandbox_host& host, launch_watcher on_launched = {});
  /// Waits for launches under way; those that wait for a thread are refused with `draining`.
  ~bwrap_launcher() override;

  void launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
              std::function<void(std::string cause)> died) override;

private:
  result<std::shared_ptr<sandbox>> build(const sandbox_spec& spec, std::chrono::microseconds queued,
                                         std::function<void(std::string cause)> died);

  boost::asio::io_context& io_;
  sandbox_host& host_;
  launch_watcher on_launched_;
  deletion_news deleted_;
  std::atomic<bool> stopping_ = false;
  boost::asio::thread_pool threads_;
};

} // namespace strata
