// SPDX-License-Identifier: MIT
#include "protocols/listener.hpp"

#include "protocols/http/connection.hpp"
#include "protocols/http/turned_away.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace strata {

namespace {

using boost::asio::ip::tcp;

/// Accepted at one go, so that a flood of connections does not keep the strand from closing.
constexpr int accepted_at_once = 64;
/// When descriptors or memory are out: long enough for some to come back, short enough for nobody to notice.
constexpr std::chrono::milliseconds pause_time{100};

bool is_shortage(int number) { return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM; }

error listen_error(const listen_address& address, int number) {
  auto failure = errno_error("listen on", to_string(address), number);
  if (number == EADDRINUSE)
    failure.message += " (is another server running? choose another address)";
  else if (number == EACCES)
    failure.message += " (ports below 1024 need a privilege)";
  return failure;
}

result<unique_fd> bind_socket(const tcp::endpoint& wanted, const listen_address& address, int backlog) {
  unique_fd fd{::socket(wanted.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP)};
  if (!fd)
    return listen_error(address, errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (wanted.protocol() == tcp::v6()) // "::" beside "0.0.0.0" is two sockets, whatever the host's default
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), wanted.data(), static_cast<socklen_t>(wanted.size())) != 0 || ::listen(fd.get(), backlog) != 0)
    return listen_error(address, errno);
  return fd;
}

} // namespace

std::string to_string(const listen_address& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

result<std::shared_ptr<listener>> listener::open(boost::asio::io_context& io, const listen_address& wanted,
                                                 std::shared_ptr<server_core> core) {
  failure problem;
  auto ip = boost::asio::ip::make_address(wanted.host, problem);
  if (problem)
    return error{errc::invalid_argument, fmt::format("listen on {}: not an IP address", to_string(wanted))};
  tcp::endpoint endpoint{ip, wanted.port};
  STRATA_TRY(auto fd, bind_socket(endpoint, wanted, core->options.backlog));
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(fd.get(), endpoint.data(), &size) != 0)
    return listen_error(wanted, errno);
  return std::shared_ptr<listener>{
    new listener{io, endpoint.protocol(), fd.release(), {wanted.host, endpoint.port()}, std::move(core)}};
}

listener::listener(boost::asio::io_context& io, tcp protocol, int fd, listen_address bound, std::shared_ptr<server_core> core)
  : io_{io}, strand_{boost::asio::make_strand(io)}, acceptor_{strand_, protocol, fd}, timer_{strand_}, protocol_{protocol},
    address_{std::move(bound)}, core_{std::move(core)} {}

void listener::start() {
  boost::asio::post(strand_, [self = shared_from_this()] { self->wait(); });
}

void listener::close(std::function<void()> closed) {
  boost::asio::post(strand_, [self = shared_from_this(), closed = std::move(closed)] {
    self->close_here();
    closed();
  });
}

void listener::close_here() {
  failure ignored;
  acceptor_.close(ignored);
  timer_.cancel();
}

void listener::wait() {
  if (!acceptor_.is_open())
    return;
  acceptor_.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](failure problem) {
    if (!problem)
      self->accept_some();
  });
}

void listener::accept_some() {
  for (int i = 0; i < accepted_at_once && acceptor_.is_open(); ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int fd = ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      admit(unique_fd{fd}, to_string(listen_address{peer.address().to_string(), peer.port()}));
    } else if (errno == EAGAIN) {
      break;
    } else if (is_shortage(errno)) {
      core_->problems.report("accept", {{"address", to_string(address_)}, {"error", errno_text(errno)}});
      return pause();
    } // else that one client failed before it was accepted
  }
  wait();
}

void listener::admit(unique_fd fd, std::string peer) {
  connection_socket socket{boost::asio::make_strand(io_)};
  failure problem;
  socket.assign(protocol_, fd.get(), problem);
  if (problem)
    return core_->problems.report("accept", {{"peer", peer}, {"error", problem.message()}});
  static_cast<void>(fd.release());
  auto arrived = std::make_shared<connection>(std::move(socket), peer, core_);
  switch (core_->connections.add(arrived)) {
  case connection_set::entry::admitted: return arrived->start();
  case connection_set::entry::full:
    core_->problems.report("accept",
                           {{"peer", peer}, {"error", "too many connections"}, {"limit", core_->options.max_connections}});
    return turn_away(arrived->release_socket(), core_);
  case connection_set::entry::closed: return; // its destructor closes
  }
}

void listener::pause() {
  timer_.expires_after(pause_time);
  timer_.async_wait([self = shared_from_this()](failure problem) {
    if (!problem && self->acceptor_.is_open())
      self->accept_some();
  });
}

} // namespace strata
