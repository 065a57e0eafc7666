// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/unique_fd.hpp"
#include "protocols/hangup_watch.hpp"
#include "protocols/http/upgraded.hpp"
#include "protocols/server_facts.hpp"

#include <grpcpp/server_builder.h>

namespace strata {

/// A connection that gRPC has. It keeps a second descriptor of the same socket: to hear when gRPC is done with it, so that
/// it counts among the server's connections as long as it lives, and to end it by force.
class http2_connection final : public upgraded, public std::enable_shared_from_this<http2_connection> {
public:
  struct taker {
    std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor;
    std::shared_ptr<hangup_watch> hangups;
    problem_log* problems;
  };
  http2_connection(taker to, connection_socket socket, std::string beyond, std::function<void()> over);
  ~http2_connection() override;

  void start() override;
  void stop() override {} // the server's own shutdown tells the client (GOAWAY)
  void abort() override;

private:
  void finish();

  const taker to_;
  connection_socket socket_;
  const connection_strand strand_;
  const std::string begin_; ///< what was read already
  std::function<void()> over_;
  unique_fd second_;
  std::uint64_t watch_ = 0;
};

} // namespace strata
