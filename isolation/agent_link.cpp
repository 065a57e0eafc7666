// SPDX-License-Identifier: MIT
#include "isolation/agent_link.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace strata {

namespace {

// More than any caller has under way; a queue beyond it means an agent that does not read.
constexpr std::size_t max_queued = 4096;
// Frames per wake-up, so that one chatty agent does not keep the thread from the others.
constexpr int frames_per_wake_up = 64;

errc code_of(wire::refusal why) {
  switch (why) {
  case wire::refusal::no_such_shell: return errc::shell_not_found;
  case wire::refusal::shell_is_busy: return errc::shell_busy;
  case wire::refusal::user_not_found: return errc::user_not_found;
  case wire::refusal::cwd_not_found: return errc::cwd_not_found;
  case wire::refusal::command_not_found: return errc::command_not_found;
  case wire::refusal::not_executable: return errc::not_executable;
  case wire::refusal::invalid: return errc::invalid_argument;
  case wire::refusal::user_not_mapped: return errc::unsupported;
  case wire::refusal::file_not_found: return errc::file_not_found;
  case wire::refusal::no_such_process: return errc::process_ended;
  case wire::refusal::start_failed: return errc::internal;
  }
  return errc::internal; // a value that this agent should not know
}

} // namespace

error to_error(const wire::failure& refused) {
  auto code = code_of(refused.why);
  if (refused.number == ENOSPC || refused.number == EDQUOT)
    code = errc::disk_full;
  else if (refused.number == E2BIG) // execve(2): 128 KiB for one argument, some MiB for all
    code = errc::too_large;
  auto text = refused.text.substr(0, 4096);
  if (refused.why == wire::refusal::user_not_mapped)
    text +=
      ": the session does not have that user's id (for more than one, give the server's user a range in /etc/subuid and /etc/subgid)";
  else if (refused.number != 0)
    text += ": " + errno_text(refused.number);
  return {code, std::move(text)};
}

agent_link::agent_link(boost::asio::any_io_executor executor, unique_fd socket, agent_patience patience)
  : socket_{executor, socket.release()}, patience_{patience}, timer_{executor} {}

void agent_link::start(callbacks on) {
  on_ = std::move(on);
  wait_readable();
  request(wire::message::hello, wire::hello{}, {}, [this](result<wire::frame> answered) {
    wire::hello_reply hello;
    if (!answered)
      break_off("agent refused hello: " + answered.error().message);
    else if (!wire::decode(answered->body.data(), answered->body.size(), hello) || hello.version != wire::protocol_version)
      break_off(fmt::format("agent speaks version {}, this server {}", hello.version, wire::protocol_version));
  });
}

void agent_link::send(wire::message type, std::string body, std::vector<unique_fd> fds, reply answered) {
  if (!socket_.is_open() || queue_.size() >= max_queued)
    return answered(error{errc::session_lost, "agent does not answer"});
  auto number = ++last_number_ == 0 ? ++last_number_ : last_number_; // 0 marks events
  auto slow = type == wire::message::open_shell || type == wire::message::close_shell;
  auto deadline = std::chrono::steady_clock::now() + (slow ? patience_.slow : patience_.usual);
  unanswered_.emplace(number, owed{std::move(answered), deadline});
  if (!timing_)
    watch_deadlines();
  queue_.push_back({type, number, std::move(body), std::move(fds)});
  if (!waiting_to_write_)
    flush();
}

// One timer for all, never set again for a reply: most come within a millisecond, and few requests are under way.
void agent_link::watch_deadlines() {
  auto next = std::chrono::steady_clock::time_point::max();
  for (const auto& [number, each] : unanswered_)
    next = std::min(next, each.deadline);
  timing_ = !unanswered_.empty();
  if (!timing_)
    return;
  if (next <= std::chrono::steady_clock::now())
    return break_off("agent does not answer");
  timer_.expires_at(next);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled && self->socket_.is_open())
      self->watch_deadlines();
  });
}

void agent_link::flush() {
  while (!queue_.empty()) {
    auto& next = queue_.front();
    std::vector<int> fds;
    for (const auto& fd : next.fds)
      fds.push_back(fd.get());
    auto failed = wire::send_frame(socket_.native_handle(), next.type, next.number, next.body, fds);
    if (failed == EAGAIN) {
      waiting_to_write_ = true;
      socket_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                         [self = shared_from_this()](boost::system::error_code error) {
                           self->waiting_to_write_ = false;
                           if (!error && self->socket_.is_open())
                             self->flush();
                         });
      return;
    }
    if (failed != 0)
      return break_off("send to agent: " + errno_text(failed));
    queue_.pop_front();
  }
}

void agent_link::wait_readable() {
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](boost::system::error_code failed) {
                       if (!failed && self->socket_.is_open())
                         self->receive();
                     });
}

void agent_link::receive() {
  for (int i = 0; i < frames_per_wake_up && socket_.is_open(); ++i) {
    wire::frame frame;
    switch (wire::receive_frame(socket_.native_handle(), frame)) {
    case wire::received::got: dispatch(std::move(frame)); break;
    case wire::received::would_block: return wait_readable();
    case wire::received::closed: return break_off("agent hung up");
    case wire::received::malformed: return break_off("agent sent a malformed frame");
    }
  }
  if (socket_.is_open())
    wait_readable();
}

void agent_link::dispatch(wire::frame frame) {
  if (frame.number == 0) {
    if (auto event = on_.event) // a copy: the handler may close the link
      event(std::move(frame));
    return;
  }
  auto found = unanswered_.find(frame.number);
  if (found == unanswered_.end())
    return break_off("agent answered a request that was never made");
  auto answered = std::move(found->second.answered);
  unanswered_.erase(found);
  if (frame.type != wire::message::failure)
    return answered(std::move(frame));
  wire::failure refused;
  if (!wire::decode(frame.body.data(), frame.body.size(), refused))
    return break_off("agent sent a malformed refusal");
  answered(to_error(refused));
}

void agent_link::break_off(std::string why) {
  if (!socket_.is_open())
    return;
  auto broken = on_.broken;
  close(why);
  if (broken)
    broken(std::move(why));
}

void agent_link::close(std::string_view why) {
  boost::system::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  on_ = {};
  queue_.clear();
  for (auto& [number, each] : std::exchange(unanswered_, {}))
    each.answered(error{errc::session_lost, std::string{why}});
}

} // namespace strata
