// SPDX-License-Identifier: MIT
#include "protocols/grpc/http2_connection.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/socket.h>

namespace strata {

http2_connection::http2_connection(taker to, connection_socket socket, std::string beyond, std::function<void()> over)
  : to_{std::move(to)}, socket_{std::move(socket)}, strand_{socket_.get_executor()}, begin_{std::move(beyond)}, over_{std::move(
                                                                                                                  over)} {}

http2_connection::~http2_connection() { to_.hangups->remove(watch_); }

void http2_connection::start() {
  boost::system::error_code problem;
  unique_fd first{socket_.release(problem)};
  if (problem) {
    to_.problems->report("hand over an HTTP/2 connection", {{"error", problem.message()}});
    return finish();
  }
  second_.reset(::fcntl(first.get(), F_DUPFD_CLOEXEC, 3));
  auto watch = !second_ ? result<std::uint64_t>{errno_error("duplicate connection")}
                        : to_.hangups->add(second_.get(), [weak = weak_from_this(), strand = strand_] {
                            boost::asio::post(strand, [weak] {
                              if (auto self = weak.lock())
                                self->finish();
                            });
                          });
  if (!watch) {
    to_.problems->report("hand over an HTTP/2 connection", {{"error", watch.error().message}});
    return finish();
  }
  watch_ = *watch;
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters handed;
  grpc::Slice slice{begin_};
  handed.read_buffer = grpc::ByteBuffer{&slice, 1};
  handed.fd = first.release();
  to_.acceptor->HandleNewConnection(&handed);
}

void http2_connection::abort() {
  if (second_)
    ::shutdown(second_.get(), SHUT_RDWR); // gRPC hears of it and closes its own
}

void http2_connection::finish() {
  if (watch_ != 0)
    to_.hangups->remove(watch_);
  second_.reset();
  if (auto over = std::exchange(over_, nullptr))
    over();
}

} // namespace strata
