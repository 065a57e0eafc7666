// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/upgraded.hpp"
#include "protocols/server_facts.hpp"

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

namespace strata {

/// gRPC's part of the port: it takes connections that were accepted elsewhere and turned out to speak HTTP/2 (grpc++'s
/// experimental external connection acceptor; nothing else knows of it). Members may be called on any thread.
///
/// Services: sandbox, strata.v1, health (named services too), reflection v1 and v1alpha. Its calls run on threads of its own.
class grpc_server {
public:
  /// `io` watches for the end of connections. `facts` outlive it.
  static result<std::unique_ptr<grpc_server>> start(boost::asio::io_context& io, const server_facts& facts);
  /// Every connection must have been aborted; what its calls wait for is told that the client went away.
  ~grpc_server();

  /// Who takes a connection.
  [[nodiscard]] upgrade taker() const;

  /// What health checks are told.
  void set_serving(bool serving);

  /// Clients are told to go elsewhere (GOAWAY); running calls go on. `finished` is called once, on a thread of its own, when
  /// the last is over.
  void stop(std::function<void()> finished);

private:
  struct state;
  explicit grpc_server(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

} // namespace strata
