// SPDX-License-Identifier: MIT
// An agent as an attacker would write it. The first line of /etc/mode says what it does.

#include "isolation/wire/frame.hpp"
#include "isolation/wire/inherited.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

namespace wire = strata::wire;
using strata::unique_fd;

std::string mode;
int peer = -1;

bool is(const char* name) { return mode == name; }

void wait(short events) {
  pollfd one{peer, events, 0};
  ::poll(&one, 1, -1);
}

bool say(wire::message type, std::uint32_t number, const std::string& body, const std::vector<int>& fds = {}) {
  for (;;) {
    const auto failed = wire::send_frame(peer, type, number, body, fds);
    if (failed != EAGAIN)
      return failed == 0;
    wait(POLLOUT);
  }
}

void say_raw(const std::string& packet) { ::send(peer, packet.data(), packet.size(), MSG_NOSIGNAL); }

std::string header(wire::message type, std::uint32_t number, std::uint32_t size, std::uint32_t flags) {
  const wire::frame_header words{type, number, size, flags};
  return {reinterpret_cast<const char*>(&words), sizeof words};
}

void answer_hello(std::uint32_t number) {
  say(wire::message::hello_reply, number, wire::encode(wire::hello_reply{is("version") ? 99U : wire::protocol_version}));
}

void flood() {
  while (say(wire::message::shell_ended, 0,
             wire::encode(wire::shell_ended{std::string(40'000, 'x'), wire::shell_outcome::status, 0, 0, 0, {}}))) {
  }
}

void send_many_descriptors(std::uint32_t number) {
  int fds[200];
  std::fill(std::begin(fds), std::end(fds), 0);
  auto packet = header(wire::message::started, number, 4, 0) + std::string(4, '\0');
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)]{};
  iovec part{packet.data(), packet.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  auto* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof fds);
  std::memcpy(CMSG_DATA(rights), fds, sizeof fds);
  ::sendmsg(peer, &message, MSG_NOSIGNAL);
}

void start_shell_command(const wire::frame& request) {
  wire::shell_run what;
  if (!wire::decode(request.body.data(), request.body.size(), what))
    return;
  const auto started = wire::encode(wire::started{7});
  int out[2], err[2];
  if (::pipe2(out, O_NONBLOCK) != 0 || ::pipe2(err, O_NONBLOCK) != 0)
    return;
  if (is("no_pipes")) {
    const int zero = ::open("/dev/zero", O_RDONLY);
    say(wire::message::started, request.number, started, {zero, zero});
  } else if (is("one_pipe")) {
    say(wire::message::started, request.number, started, {out[0]});
  } else if (is("twice")) {
    say(wire::message::started, request.number, started, {out[0], err[0]});
    say(wire::message::started, request.number, started, {out[0], err[0]});
  } else {
    say(wire::message::started, request.number, started, {out[0], err[0]});
    // "blocking": the same open file description as the server got
    ::fcntl(out[0], F_SETFL, 0);
    ::fcntl(err[0], F_SETFL, 0);
    if (::write(out[1], "said", 4) != 4)
      return;
  }
  if (is("ends_twice") || is("wrong_outcome")) {
    const auto outcome = is("wrong_outcome") ? wire::shell_outcome{77} : wire::shell_outcome::status;
    for (int i = 0; i < 2; ++i)
      say(wire::message::shell_ended, 0, wire::encode(wire::shell_ended{what.id, outcome, 0, 0, 0, std::string(2'000'000, '/')}));
  }
}

void take(const wire::frame& request) {
  if (request.type == wire::message::hello) {
    if (is("garbage"))
      return say_raw("this is no frame at all, but long enough to hold a header");
    if (is("short"))
      return say_raw("x");
    if (is("too_large"))
      return say_raw(header(wire::message::hello_reply, request.number, 0xffffffff, wire::in_memfd));
    if (is("size_differs"))
      return say_raw(header(wire::message::hello_reply, request.number, 400, 0) + "abc");
    return answer_hello(request.number);
  }
  if (is("wrong_number"))
    say(wire::message::started, request.number + 1000, wire::encode(wire::started{1}));
  else if (is("wrong_reply"))
    say(wire::message::usage_reply, request.number, "?");
  else if (is("flood"))
    flood();
  else if (is("many_descriptors"))
    send_many_descriptors(request.number);
  else if (is("hang_up"))
    ::close(peer);
  else if (is("exit"))
    ::_exit(0);
  else if (is("unknown_event"))
    say(wire::message{0x777}, 0, std::string(3'000'000, 'e'));
  else if (request.type == wire::message::open_shell)
    say(wire::message::started, request.number, wire::encode(wire::started{2}));
  else if (request.type == wire::message::shell_run)
    start_shell_command(request);
  else if (request.type == wire::message::usage)
    say(wire::message::usage_reply, request.number, wire::encode(wire::usage_reply{-1, -1, -1}));
}

} // namespace

int main() {
  char text[64]{};
  const unique_fd file{::open("/etc/mode", O_RDONLY | O_CLOEXEC)};
  const auto size = ::read(file.get(), text, sizeof text - 1);
  mode.assign(text, static_cast<std::size_t>(size > 0 ? size - 1 : 0));
  if (::listen(wire::control_fd, 8) != 0 || ::write(1, wire::ready_mark, sizeof wire::ready_mark - 1) < 0)
    return 1;
  peer = ::accept(wire::control_fd, nullptr, nullptr);
  for (;;) {
    wire::frame request;
    switch (wire::receive_frame(peer, request)) {
    case wire::received::got: take(request); break;
    case wire::received::would_block: wait(POLLIN); break;
    default:
      for (;;)
        ::pause(); // hung up on: it does not go by itself
    }
  }
}
