// SPDX-License-Identifier: MIT
#include "cli/operator/orderly_stop.hpp"

#include "config/log.hpp"

#include <boost/asio/post.hpp>

namespace strata {

orderly_stop::orderly_stop(boost::asio::io_context& control, steps server, times allowed)
  : control_{control}, server_{std::move(server)}, allowed_{allowed}, deadline_{control} {}

std::function<void()> orderly_stop::on_control(void (orderly_stop::*step)()) {
  return [this, step] { boost::asio::post(control_, [this, step] { (this->*step)(); }); };
}

void orderly_stop::request(const std::string& why) {
  if (requested_) {
    log::warn("server.hurried", {{"by", why}});
    server_.drain(std::chrono::milliseconds{0}, {});
    return server_.abort_connections();
  }
  requested_ = true;
  log::info("server.stopping", {{"by", why}, {"grace_ms", allowed_.grace.count()}});
  deadline_.expires_after(allowed_.grace + allowed_.timeout);
  deadline_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || drained_)
      return;
    log::error("server.drain_timeout", {{"timeout_ms", allowed_.timeout.count()}});
    in_time_ = false;
    server_.abort_connections();
    drained();
  });
  server_.announce();
  server_.drain(allowed_.grace, on_control(&orderly_stop::drained));
}

void orderly_stop::drained() {
  if (std::exchange(drained_, true))
    return;
  log::debug("server.drained");
  deadline_.expires_after(allowed_.linger);
  deadline_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || finished_)
      return;
    log::warn("server.connections_aborted", {{"after_ms", allowed_.linger.count()}});
    server_.abort_connections();
    finish(in_time_);
  });
  server_.close_connections(on_control(&orderly_stop::connections_closed));
}

void orderly_stop::finish(bool in_order) {
  if (std::exchange(finished_, true))
    return;
  deadline_.cancel();
  server_.done(in_order);
}

} // namespace strata
