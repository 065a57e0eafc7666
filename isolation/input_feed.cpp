// SPDX-License-Identifier: MIT
#include "isolation/input_feed.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <unistd.h>

namespace strata {

input_feed::input_feed(boost::asio::any_io_executor executor, unique_fd sink, std::shared_ptr<input_stream> from)
  : sink_{std::move(executor), sink.release()}, from_{std::move(from)} {}

void input_feed::start() {
  // Holds us until stop() closes the stream.
  from_->attach([self = shared_from_this(), executor = sink_.get_executor()] {
    boost::asio::post(executor, [self] {
      if (!self->waiting_)
        self->write_more();
    });
  });
}

void input_feed::write_more() {
  if (!sink_.is_open())
    return;
  while (piece_ || (piece_ = from_->take())) {
    if (written_ == piece_->bytes.size()) {
      if (piece_->taken)
        piece_->taken(true);
      piece_.reset();
      written_ = 0;
      continue;
    }
    auto wrote = ::write(sink_.native_handle(), piece_->bytes.data() + written_, piece_->bytes.size() - written_);
    if (wrote > 0) {
      written_ += static_cast<std::size_t>(wrote);
      from_->count(static_cast<std::size_t>(wrote));
    } else if (errno == EAGAIN) {
      waiting_ = true;
      sink_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                       [self = shared_from_this()](boost::system::error_code failed) {
                         self->waiting_ = false;
                         if (!failed)
                           self->write_more();
                       });
      return;
    } else if (errno != EINTR) {
      return stop(); // EPIPE, EIO: the program closed its input; what is left is nobody's
    }
  }
  if (from_->is_over())
    stop();
}

void input_feed::stop() {
  boost::system::error_code ignored;
  sink_.close(ignored);
  if (piece_ && piece_->taken)
    piece_->taken(false);
  piece_.reset();
  from_->close();
}

} // namespace strata
