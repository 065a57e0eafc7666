// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/session_name.hpp"
#include "cli/command.hpp"

#include <chrono>
#include <grpcpp/grpcpp.h>
#include <strata/v1/session.pb.h>

namespace strata::client {

/// The flags that every client command has: --addr, --owner, --api-key-file.
std::vector<command_flag> with_client_flags(std::vector<command_flag> own);
/// Of the commands that can answer for a program, too.
inline const command_flag json_flag{"--json", "", "one JSON document, as REST has it"};

/// A server as a client command reaches it. Nothing of gRPC is touched before channel(). Not thread safe.
class connection_to_server {
public:
  /// From flags and environment.
  static result<connection_to_server> of(const invocation& given);

  /// Connects, the first time: "connect to localhost:2280: … (is `strata run` started there?)" after 5 s at the latest.
  result<std::shared_ptr<grpc::Channel>> channel();
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] const std::string& owner() const noexcept { return owner_; }
  /// For a call; `patience` 0: without a deadline.
  [[nodiscard]] std::unique_ptr<grpc::ClientContext> context(std::chrono::seconds patience = std::chrono::seconds{60}) const;

private:
  std::string address_, owner_, key_;
  std::shared_ptr<grpc::Channel> channel_;
};

/// What the server said, with its own code (google.rpc.ErrorInfo); another failure of the call is `internal`.
error error_of(const grpc::Status& status);

v1::SessionRef ref_of(const session_name& name);

} // namespace strata::client
