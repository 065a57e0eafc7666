// SPDX-License-Identifier: MIT
#pragma once

#include "bench/measure.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace strata::bench {

/// A WebSocket that sends one byte and waits until it comes back.
class echo_socket {
public:
  echo_socket(std::uint16_t port, const std::string& target);
  ~echo_socket();
  void send(const std::string& bytes);
  /// Reads until that text has come.
  void expect(const std::string& text);
  void key(); ///< one byte there and back

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// At the terminal of bench/`session`: a program that gives back each key, `cat` on a raw terminal.
std::unique_ptr<echo_socket> echoing_terminal(std::uint16_t port, const std::string& session);

/// A key's way to a program on a terminal and back: through a session over WebSocket, over a WebSocket of Beast alone, and
/// through a terminal of the host alone; interleaved.
void measure_key_echo(std::uint16_t port, int rounds);

} // namespace strata::bench
