// SPDX-License-Identifier: MIT
#include "isolation/output_pump.hpp"

#include "isolation/journal/disk_jobs.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace strata {

namespace {

// Per call to the kernel: as much as a pipe holds.
constexpr std::size_t largest_chunk = 64 * 1024;
// Per wake-up, so that one loud command does not keep the thread from the others.
constexpr std::size_t wake_up_limit = 512 * 1024;
// More than a terminal ever holds back (it tells less by FIONREAD than it has).
constexpr std::size_t terminal_limit = 256 * 1024;

/// A terminal's open file description is the agent's as well, and it cannot be opened anew: whatever happened to it
/// there, a read of ours must not block.
void insist_on_nonblocking(int fd) {
  if (const int flags = ::fcntl(fd, F_GETFL); flags >= 0 && (flags & O_NONBLOCK) == 0)
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

} // namespace

output_pump::output_pump(boost::asio::any_io_executor executor, input from, std::shared_ptr<journal> to, output_stream stream)
  : source_{std::move(executor), from.source.release()}, relay_read_{std::move(from.relay_read)},
    relay_write_{std::move(from.relay_write)}, to_{std::move(to)}, stream_{stream} {}

void output_pump::start() { wait(); }

void output_pump::wait() {
  if (waiting_ || busy_ || !source_.is_open())
    return;
  waiting_ = true;
  source_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](boost::system::error_code failed) {
                       self->waiting_ = false;
                       if (!failed && self->source_.is_open() && !self->busy_)
                         self->step(wake_up_limit, false, [self](outcome how) { self->go_on(how); });
                     });
}

void output_pump::step(std::size_t limit, bool insistent, std::function<void(outcome)> then) {
  if (!to_->may_block(stream_))
    return then(take_some(limit, insistent));
  busy_ = true;
  run_where_it_may_block([self = shared_from_this(), limit, insistent, then = std::move(then)] {
    const auto how = self->take_some(limit, insistent);
    boost::asio::post(self->source_.get_executor(), [self, how, then] {
      self->busy_ = false;
      if (self->stopped_)
        self->finish();
      then(how);
      if (auto done = std::exchange(self->drained_, nullptr))
        self->drain_once(std::move(done));
    });
  });
}

output_pump::outcome output_pump::take_some(std::size_t limit, bool insistent) {
  insist_on_nonblocking(source_.native_handle());
  while (limit > 0) {
    if (!insistent && to_->is_full())
      return outcome::full;
    const auto got = take(std::min(limit, largest_chunk));
    if (got.bytes == 0)
      return got.failed == EAGAIN ? outcome::empty : outcome::end;
    limit -= got.bytes;
  }
  return outcome::more;
}

stream_store::taken output_pump::take(std::size_t most) {
  if (!relay_read_)
    return to_->take(stream_, source_.native_handle(), most);
  // What a killed server left in the relay goes first.
  auto got = to_->take(stream_, relay_read_.get(), most);
  if (got.bytes > 0 || got.failed != EAGAIN)
    return got;
  const auto moved = ::splice(source_.native_handle(), nullptr, relay_write_.get(), nullptr, most, SPLICE_F_NONBLOCK);
  if (moved <= 0)
    return {0, moved == 0 ? 0 : errno};
  return to_->take(stream_, relay_read_.get(), most);
}

void output_pump::go_on(outcome how) {
  switch (how) {
  case outcome::empty:
  case outcome::more: return wait();
  case outcome::end: return finish();
  case outcome::full:
    to_->when_room([weak = weak_from_this(), executor = source_.get_executor()] {
      boost::asio::post(executor, [weak] {
        if (const auto self = weak.lock())
          self->wait();
      });
    });
  }
}

std::size_t output_pump::waiting_bytes() {
  int waiting = 0;
  if (relay_read_)
    return terminal_limit;
  ::ioctl(source_.native_handle(), FIONREAD, &waiting);
  // One byte more, so that a pipe whose writers are gone is seen to be at its end and closed now.
  return static_cast<std::size_t>(waiting) + 1;
}

void output_pump::drain_once(std::function<void()> done) {
  if (!source_.is_open())
    return done();
  if (busy_) {
    drained_ = std::move(done);
    return;
  }
  step(waiting_bytes(), true, [self = shared_from_this(), done = std::move(done)](outcome how) {
    if (how == outcome::end)
      self->finish();
    else
      self->wait();
    done();
  });
}

void output_pump::stop() {
  if (busy_)
    stopped_ = true;
  else
    finish();
}

void output_pump::finish() {
  boost::system::error_code ignored;
  source_.close(ignored);
  if (auto closed = std::exchange(closed_, nullptr))
    closed();
}

} // namespace strata
