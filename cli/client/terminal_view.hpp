// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"
#include "cli/client/console.hpp"
#include "cli/client/detach_keys.hpp"

#include <atomic>
#include <mutex>
#include <optional>
#include <strata/v1/terminal.grpc.pb.h>

namespace strata::client {

struct view_order {
  session_name session;
  std::string terminal; ///< by name; empty: main
  bool read_only = false;
  detach_keys keys;
  std::optional<std::int64_t> since; ///< offset of the output to begin at; nothing: about what is on the screen
  bool must_be_there = false;        ///< a missing one is not opened
};

/// One view of a terminal, from here: keys in, output to standard output, until its program or the view ends.
/// Made, followed and ended on one thread; the console's thread calls into it.
class terminal_view {
public:
  /// `here` must outlive the view, and must be stopped before the view ends.
  terminal_view(const connection_to_server& server, const std::shared_ptr<grpc::Channel>& channel, console& here,
                view_order order);

  /// The exit code of the terminal's program; nothing: the view was left by keys or a signal, or nobody reads our output.
  result<std::optional<int>> follow();

private:
  void take(std::string_view bytes);
  void leave();
  void send(const v1::TerminalInput& message);
  void send_input(std::string_view bytes);
  bool show(const v1::TerminalEvent& event);

  console& here_;
  view_order order_;
  bool on_terminal_ = false;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<v1::TerminalService::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::TerminalInput, v1::TerminalEvent>> stream_;
  std::mutex writing_;
  std::atomic<bool> left_{false};
};

} // namespace strata::client
