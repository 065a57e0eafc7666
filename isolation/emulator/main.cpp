// SPDX-License-Identifier: MIT
// strata-emulator: the terminal emulator of one screen, fed with what a program in a sandbox has written. That may be hostile
// and an emulator is easily confused, so it runs apart from the server, with nothing but a socket. See isolation/wire/emulator.hpp.
#include "isolation/confinement.hpp"
#include "isolation/emulator/screen.hpp"
#include "isolation/wire/codec.hpp"
#include "isolation/wire/emulator.hpp"

#include <cstdlib>
#include <optional>
#include <unistd.h>

namespace strata::emulator {
namespace {

using wire::emulator_head;
using wire::emulator_request;

bool read_all(void* into, std::size_t length) {
  for (auto* at = static_cast<char*>(into); length > 0;) {
    const auto got = ::read(wire::emulator_socket_fd, at, length);
    if (got <= 0)
      return false;
    at += got;
    length -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(const void* from, std::size_t length) {
  for (const auto* at = static_cast<const char*>(from); length > 0;) {
    const auto put = ::write(wire::emulator_socket_fd, at, length);
    if (put <= 0)
      return false;
    at += put;
    length -= static_cast<std::size_t>(put);
  }
  return true;
}

/// Nothing: the request makes no sense.
std::optional<std::string> answer(screen& shown, emulator_request what, const std::string& body) {
  wire::writer answer;
  wire::reader request{body.data(), body.size()};
  switch (what) {
  case emulator_request::feed: shown.feed(body); break;
  case emulator_request::skip: shown.skip(); break;
  case emulator_request::show: answer.put(shown.show(body == std::string(1, '\1'))); return answer.take();
  case emulator_request::encode: {
    std::vector<key> keys;
    request.get(keys);
    if (!request.complete())
      return std::nullopt;
    answer.put(shown.encode(keys));
    return answer.take();
  }
  default: return std::nullopt;
  }
  answer.put(shown.changes());
  return answer.take();
}

int serve(screen& shown) {
  std::string body;
  for (emulator_head head; read_all(&head, sizeof head);) {
    if (head.length > wire::max_emulator_request)
      return 1;
    body.resize(head.length);
    if (!read_all(body.data(), body.size()))
      return 1;
    const auto told = answer(shown, head.what, body);
    if (!told || told->size() > wire::max_emulator_answer)
      return 1;
    head.length = static_cast<std::uint32_t>(told->size());
    if (!write_all(&head, sizeof head) || !write_all(told->data(), told->size()))
      return 1;
  }
  return 0; // the server needs it no more
}

std::uint16_t side(const char* text) {
  const auto value = std::strtoul(text, nullptr, 10);
  return value >= 1 && value <= 1000 ? static_cast<std::uint16_t>(value) : 0;
}

} // namespace
} // namespace strata::emulator

int main(int argc, char** argv) {
  using namespace strata;
  const terminal_size size = argc == 3 ? terminal_size{emulator::side(argv[1]), emulator::side(argv[2])} : terminal_size{0, 0};
  if (size.cols == 0 || size.rows == 0)
    return 2; // it is run by strata
  if (!confine())
    return 3;
  screen shown{size};
  return emulator::serve(shown);
}
