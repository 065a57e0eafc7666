// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

#include <atomic>
#include <strata/v1/process.grpc.pb.h>

namespace strata::client {

/// Writes to a process, as fast as it reads. One thread, but for stop().
class process_input {
public:
  process_input(connection_to_server server, v1::SessionRef session, std::string process)
    : server_{std::move(server)}, session_{std::move(session)}, process_{std::move(process)} {}

  /// Returns when it has been accepted, nothing lost; `stdin_closed` or `process_ended` when nobody reads it any more.
  result<void> give(std::string_view bytes);
  /// End of input.
  result<void> end();
  /// Any thread: what is being given is given up.
  void stop() { stopped_ = true; }

private:
  result<void> write(v1::WriteStdinRequest request);

  connection_to_server server_;
  const v1::SessionRef session_;
  const std::string process_;
  std::atomic<bool> stopped_{false};
};

} // namespace strata::client
