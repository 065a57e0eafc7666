// SPDX-License-Identifier: MIT
#include "isolation/terminal/emulator.hpp"

#include "isolation/agent_image.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/spawn_program.hpp"
#include "isolation/wire/codec.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace strata {

namespace {

constexpr timeval patience{10, 0};

error failed(std::string_view how) { return {errc::internal, fmt::format("emulate terminal: strata-emulator {}", how)}; }

bool receive_all(int socket, void* into, std::size_t length) {
  for (auto* at = static_cast<char*>(into); length > 0;) {
    const auto got = ::recv(socket, at, length, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    at += got;
    length -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(int socket, const void* from, std::size_t length) {
  for (const auto* at = static_cast<const char*>(from); length > 0;) {
    const auto put = ::send(socket, at, length, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      return false;
    at += put;
    length -= static_cast<std::size_t>(put);
  }
  return true;
}

} // namespace

result<std::unique_ptr<emulator>> emulator::start(terminal_size size) {
  STRATA_TRY(const auto directory, libexec_directory());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return errno_error("make socket pair");
  unique_fd ours{ends[0]};
  const unique_fd theirs{ends[1]};
  for (const int what : {SO_RCVTIMEO, SO_SNDTIMEO})
    if (::setsockopt(ours.get(), SOL_SOCKET, what, &patience, sizeof patience) != 0)
      return errno_error("set up socket pair");
  STRATA_TRY(auto process, spawn_program("terminal emulator",
                                         {directory + "/strata-emulator", std::to_string(size.cols), std::to_string(size.rows)},
                                         {{theirs.get(), wire::emulator_socket_fd}}));
  return std::unique_ptr<emulator>{new emulator{std::move(ours), std::move(process)}};
}

emulator::~emulator() { kill_and_reap(process_); }

result<std::string> emulator::ask(wire::emulator_request what, std::string_view body) {
  wire::emulator_head head{what, static_cast<std::uint32_t>(body.size())};
  if (!send_all(socket_.get(), &head, sizeof head) || !send_all(socket_.get(), body.data(), body.size())
      || !receive_all(socket_.get(), &head, sizeof head))
    return failed(errno == EAGAIN ? "does not answer" : "has ended (a hostile output may do that)");
  if (head.what != what || head.length > wire::max_emulator_answer)
    return failed("gives a wrong answer");
  std::string answer(head.length, '\0');
  if (!receive_all(socket_.get(), answer.data(), answer.size()))
    return failed("has ended");
  return answer;
}

template <class Answer> result<Answer> emulator::ask_for(wire::emulator_request what, std::string_view body) {
  STRATA_TRY(const auto bytes, ask(what, body));
  Answer answer{};
  wire::reader reader{bytes.data(), bytes.size()};
  reader.get(answer);
  if (!reader.complete())
    return failed("gives a wrong answer");
  return answer;
}

result<std::uint64_t> emulator::feed(std::string_view output) {
  for (;;) {
    STRATA_TRY(const auto changes,
               ask_for<std::uint64_t>(wire::emulator_request::feed, output.substr(0, wire::max_emulator_request)));
    output.remove_prefix(std::min<std::size_t>(output.size(), wire::max_emulator_request));
    if (output.empty())
      return changes;
  }
}

result<std::uint64_t> emulator::skip() { return ask_for<std::uint64_t>(wire::emulator_request::skip, {}); }

result<screen_view> emulator::show(bool styled) {
  return ask_for<screen_view>(wire::emulator_request::show, styled ? std::string_view{"\1"} : std::string_view{});
}

result<std::string> emulator::encode(const std::vector<key>& keys) {
  wire::writer request;
  request.put(keys);
  return ask_for<std::string>(wire::emulator_request::encode, request.take());
}

} // namespace strata
