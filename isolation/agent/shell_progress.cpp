// SPDX-License-Identifier: MIT
// How far a shell is: what its bash tells by the report FIFO, and what its silence means.
#include "isolation/agent/shell.hpp"

#include <csignal>
#include <sys/ioctl.h>
#include <unistd.h>

namespace strata::agent {

namespace {

/// A bash that has read all control text, sleeps without a child and has told no status for so long has skipped it
/// (`set -n`, a DEBUG trap under extdebug), or something else has read it.
constexpr int look_ms = 250;
constexpr int silent_looks = 3;
constexpr int max_reads = 16; // per wake-up: whoever writes without end must not keep us from the others
/// The longest complaint that can hold a status: token, status, and what surrounds them.
constexpr std::size_t max_heard = 1024;

} // namespace

void shell::on_report() {
  char part[4096];
  ssize_t got = 0;
  for (int i = 0; i < max_reads && (got = ::read(files_->report().get(), part, sizeof part)) > 0; ++i) {
    heard_.append(part, static_cast<std::size_t>(got));
    if (command_ && !command_->begun && find_status(heard_, files_->begun_token())) {
      command_->begun = true;
      command_->held.clear(); // bash has opened all: from now on an end of file is one
    }
    if (command_ && !command_->begun && !command_->refused)
      command_->refused = find_status(heard_, files_->refused_token());
    if (auto status = find_status(heard_, files_->status_token()))
      return on_status(*status);
    if (heard_.size() > max_heard)
      heard_.erase(0, heard_.size() - max_heard);
  }
}

void shell::on_status(int status) {
  heard_.clear();
  if (state_ == state::sourcing) {
    state_ = state::idle;
    around_.ground.loop.cancel(watchdog_);
    update_cwd();
    return around_.server.reply(opener_, wire::message::started, wire::started{keeper_->main});
  }
  if (state_ != state::running || command_->hunting)
    return;
  if (!command_->begun && command_->refused) {
    update_cwd();
    state_ = state::idle;
    return finish(wire::shell_outcome::refused, *std::exchange(command_->refused, {}), 0);
  }
  if (!command_->begun) { // and bash can do it again: it has to go. Its end is told as `lost`
    ::kill(keeper_->main, SIGKILL);
    return;
  }
  update_cwd();
  auto left = count_left();
  state_ = state::idle;
  finish(wire::shell_outcome::status, status, left);
}

void shell::look_for_silence() {
  idle_looks_ = 0;
  watchdog_ = around_.ground.loop.after(look_ms, [self = shared_from_this()] { self->look_again(); });
}

void shell::look_again() {
  auto silent = false;
  if (!(command_ && command_->hunting) && has_read_everything()) {
    auto bash = around_.ground.proc.process(keeper_->main);
    auto children = around_.ground.proc.children(keeper_->main);
    silent = bash && bash->state == 'S' && children && children->empty();
  }
  idle_looks_ = silent ? idle_looks_ + 1 : 0;
  if (idle_looks_ >= silent_looks)
    ::kill(keeper_->main, SIGKILL);
  watchdog_ = around_.ground.loop.after(look_ms, [self = shared_from_this()] { self->look_again(); });
}

bool shell::has_read_everything() const {
  int unread = 0;
  return ::ioctl(control_.get(), FIONREAD, &unread) == 0 && unread == 0;
}

} // namespace strata::agent
