// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/agent_image.hpp"
#include "isolation/base.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/launch.hpp"
#include "isolation/sandbox.hpp"
#include "isolation/session_root.hpp"
#include "isolation/trash.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

namespace strata {

/// What a server's sandboxes have in common. Made once at the start.
struct sandbox_host {
  session_root root;
  base files;
  id_pool ids;
  agent_image agent;
  launch_tools tools;
  overlay_driver driver = overlay_driver::kernel; ///< never automatic
  std::string driver_reason;                      ///< why it is this one, when it was chosen; shown in the session's state
};

/// Builds sandboxes with bwrap on threads of its own: as many at a time as the machine can use, the rest waits in order.
class bwrap_launcher : public sandbox_launcher {
public:
  /// `io` runs the sandboxes' strands; it and `host` must outlive the launcher and every sandbox, and `deleted` files' thread too.
  bwrap_launcher(boost::asio::io_context& io, sandbox_host& host, trash& discarded);
  /// Waits for launches under way.
  ~bwrap_launcher() override;

  void launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
              std::function<void(std::string cause)> died) override;

private:
  result<std::shared_ptr<sandbox>> build(const sandbox_spec& spec, std::function<void(std::string cause)> died);

  boost::asio::io_context& io_;
  sandbox_host& host_;
  trash& trash_;
  boost::asio::thread_pool threads_;
};

/// Builds a sandbox with this driver, waits for its agent and ends it: whether the driver works here, or the exact reason.
/// Blocks; leaves nothing behind.
result<void> try_driver(sandbox_host& host, trash& discarded, overlay_driver driver);

/// Settles `automatic`: kernel, else fuse, by trial. An error when the wished one, or neither, works.
result<void> choose_driver(sandbox_host& host, trash& discarded, overlay_driver wished);

std::string_view to_string(overlay_driver driver) noexcept;

} // namespace strata
