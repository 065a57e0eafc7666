// SPDX-License-Identifier: MIT
#include "isolation/input_feed.hpp"

#include <cerrno>
#include <unistd.h>

namespace strata {

input_feed::input_feed(boost::asio::any_io_executor executor, unique_fd pipe, std::string data)
  : pipe_{std::move(executor), pipe.release()}, data_{std::move(data)} {}

void input_feed::start() {
  while (written_ < data_.size()) {
    auto wrote = ::write(pipe_.native_handle(), data_.data() + written_, data_.size() - written_);
    if (wrote > 0) {
      written_ += static_cast<std::size_t>(wrote);
    } else if (errno == EAGAIN) {
      pipe_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                       [self = shared_from_this()](boost::system::error_code failed) {
                         if (!failed && self->pipe_.is_open())
                           self->start();
                       });
      return;
    } else if (errno != EINTR) {
      break; // EPIPE: the command closed its input; what is left is nobody's
    }
  }
  stop();
}

void input_feed::stop() {
  boost::system::error_code ignored;
  pipe_.close(ignored);
}

} // namespace strata
