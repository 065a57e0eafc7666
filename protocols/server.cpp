// SPDX-License-Identifier: MIT
#include "protocols/server.hpp"

#include "protocols/grpc/grpc_server.hpp"
#include "protocols/http/connection.hpp"
#include "protocols/listener.hpp"

#include <boost/asio/post.hpp>

namespace strata {

struct http_server::state {
  state(boost::asio::io_context& context, gateway& door, server_options options)
    : io{context}, core{std::make_shared<server_core>(door, std::move(options))} {}

  /// `step` is called for each of them, and once more when no connection is left.
  void close(const std::function<void()>& step) {
    core->stopping = true;
    for (const auto& each : listeners)
      each->close(step);
    core->connections.close(step);
  }

  boost::asio::io_context& io;
  const std::shared_ptr<server_core> core;
  std::unique_ptr<grpc_server> grpc; ///< ends before what its calls know of the server
  std::vector<std::shared_ptr<listener>> listeners;
};

http_server::http_server(std::shared_ptr<state> shared) noexcept : state_{std::move(shared)} {}

result<std::unique_ptr<http_server>> http_server::start(boost::asio::io_context& io, gateway& door, server_options options) {
  if (options.addresses.empty())
    return error{errc::invalid_argument, "listen: no address is given"};
  auto shared = std::make_shared<state>(io, door, std::move(options));
  STRATA_TRY(shared->grpc, grpc_server::start(io, shared->core->facts));
  shared->core->http2 = shared->grpc->taker();
  for (const auto& address : shared->core->options.addresses) {
    STRATA_TRY(auto opened, listener::open(io, address, shared->core));
    shared->listeners.push_back(std::move(opened));
  }
  for (const auto& each : shared->listeners)
    each->start();
  return std::unique_ptr<http_server>{new http_server{std::move(shared)}};
}

/// No thread runs the io_context now. What lies in its queue holds connections, but closed ones, which do nothing.
http_server::~http_server() {
  for (const auto& each : state_->listeners)
    each->close_here();
  state_->core->connections.close([] {});
  for (const auto& each : state_->core->connections.all())
    each->abort_here();
  state_->grpc.reset();
}

std::vector<listen_address> http_server::addresses() const {
  std::vector<listen_address> bound;
  for (const auto& each : state_->listeners)
    bound.push_back(each->address());
  return bound;
}

void http_server::set_draining(bool draining) noexcept {
  state_->core->draining = draining;
  state_->grpc->set_serving(!draining);
}

void http_server::stop(std::function<void()> finished) {
  auto left = std::make_shared<std::atomic<std::size_t>>(state_->listeners.size() + 2);
  const auto step = [&io = state_->io, left, finished = std::move(finished)] {
    if (--*left == 0 && finished)
      boost::asio::post(io, finished);
  };
  state_->close(step);
  state_->grpc->stop(step);
  for (const auto& each : state_->core->connections.all())
    each->stop();
}

void http_server::abort() {
  state_->close([] {});
  for (const auto& each : state_->core->connections.all())
    each->abort();
}

} // namespace strata
