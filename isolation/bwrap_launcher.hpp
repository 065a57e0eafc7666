// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/sandbox.hpp"
#include "isolation/sandbox_host.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

namespace strata {

/// Builds sandboxes with bwrap on threads of its own: as many at a time as the machine can use, the rest waits in order.
class bwrap_launcher : public sandbox_launcher {
public:
  /// `io` runs the sandboxes' strands; it and `host` must outlive the launcher and every sandbox.
  bwrap_launcher(boost::asio::io_context& io, sandbox_host& host);
  /// Waits for launches under way.
  ~bwrap_launcher() override;

  void launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
              std::function<void(std::string cause)> died) override;

private:
  result<std::shared_ptr<sandbox>> build(const sandbox_spec& spec, std::function<void(std::string cause)> died);

  boost::asio::io_context& io_;
  sandbox_host& host_;
  boost::asio::thread_pool threads_;
};

} // namespace strata
