// SPDX-License-Identifier: MIT
#include "protocols/http/turned_away.hpp"

#include "protocols/http/error_response.hpp"

#include <array>
#include <boost/asio/steady_timer.hpp>

namespace strata {

namespace {

constexpr int most_at_once = 64;

/// Drops what the client sends until it ends its side or the time is over.
class farewell : public std::enable_shared_from_this<farewell> {
public:
  farewell(connection_socket socket, std::shared_ptr<server_core> core)
    : socket_{std::move(socket)}, timer_{socket_.get_executor()}, core_{std::move(core)} {
    ++core_->turned_away;
  }
  ~farewell() { --core_->turned_away; }
  farewell(const farewell&) = delete;
  farewell& operator=(const farewell&) = delete;

  void begin() {
    auto response = error_response(error{errc::overloaded, "accept connection: too many are open (try again)"}, {});
    auto text = render_head(response, body_framing::length, response.body.size(), false) + response.body;
    failure problem;
    socket_.non_blocking(true, problem);
    socket_.write_some(boost::asio::buffer(text), problem); // fits an empty buffer
    socket_.shutdown(connection_socket::shutdown_send, problem);
    timer_.expires_after(core_->options.linger_timeout);
    timer_.async_wait([self = shared_from_this()](failure) {
      failure ignored;
      self->socket_.close(ignored);
    });
    drop();
  }

private:
  using failure = boost::system::error_code;

  void drop() {
    socket_.async_read_some(boost::asio::buffer(bytes_), [self = shared_from_this()](failure problem, std::size_t) {
      if (problem)
        self->timer_.cancel();
      else
        self->drop();
    });
  }

  connection_socket socket_;
  boost::asio::steady_timer timer_;
  const std::shared_ptr<server_core> core_;
  std::array<char, 4096> bytes_{};
};

} // namespace

void turn_away(connection_socket socket, std::shared_ptr<server_core> core) {
  if (core->turned_away < most_at_once)
    std::make_shared<farewell>(std::move(socket), std::move(core))->begin();
}

} // namespace strata
