// SPDX-License-Identifier: MIT
// The writing of an answer's body that is a file: the kernel carries it (sendfile(2)). That may wait for a disk, so it happens on a thread
// for such waits, a turn at a time.
#include "isolation/file_access/access.hpp"
#include "isolation/journal/disk_jobs.hpp"
#include "protocols/http/connection.hpp"

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/sendfile.h>

namespace strata {

namespace {

/// So that a fast client does not have a thread to itself.
constexpr std::uint64_t bytes_a_turn = 4 << 20;

struct turn {
  std::uint64_t sent = 0;
  int problem = 0; ///< errno; ENODATA: the file is shorter now
};

turn take_turn(int socket, int file, off_t at, std::uint64_t most) {
  turn taken;
  while (taken.sent < most && taken.problem == 0) {
    const auto put = ::sendfile(socket, file, &at, most - taken.sent);
    if (put > 0)
      taken.sent += static_cast<std::uint64_t>(put);
    else if (put == 0)
      taken.problem = ENODATA;
    else if (errno != EINTR)
      taken.problem = errno;
  }
  return taken;
}

} // namespace

void connection::send_file() {
  phase_ = phase::streaming;
  wait_until(never);
  // The job has a descriptor of its own: the connection may close its one meanwhile.
  auto socket = std::make_shared<unique_fd>(::fcntl(socket_.native_handle(), F_DUPFD_CLOEXEC, 0));
  if (!*socket || file_->is_lost())
    return lose();
  run_where_it_may_block([self = shared_from_this(), where = socket_.get_executor(), socket = std::move(socket), file = file_,
                          at = file_at_, most = std::min(bytes_a_turn, *length_ - body_sent_)]() mutable {
    const auto taken = take_turn(socket->get(), file->descriptor(), at, most);
    socket.reset();
    file.reset();
    boost::asio::post(where, [self = std::move(self), taken] {
      if (self->phase_ == phase::streaming)
        self->on_file_sent(taken.sent, taken.problem);
    });
  });
}

void connection::on_file_sent(std::uint64_t bytes, int problem) {
  body_sent_ += bytes;
  file_at_ += static_cast<std::int64_t>(bytes);
  if (body_sent_ == *length_)
    return finish_answer();
  if (problem == 0)
    return send_file();
  if (problem != EAGAIN)
    return lose();
  phase_ = phase::answering;
  wait_for(core_->options.write_timeout);
  socket_.async_wait(connection_socket::wait_write, [self = shared_from_this()](failure) {
    if (self->phase_ == phase::answering && self->file_)
      self->send_file();
  });
}

} // namespace strata
