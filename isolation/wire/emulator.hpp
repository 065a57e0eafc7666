// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/// Between the server and strata-emulator COLS ROWS, the terminal emulator of one screen: descriptor 1 is a stream socket.
/// Every request has one answer. Both are a head and so many bytes; what an emulator answers is not trusted.
namespace strata::wire {

inline constexpr int emulator_socket_fd = 1;

enum class emulator_request : std::uint32_t {
  feed,  ///< output of the program; answer: the number of changes so far, 64 bits
  skip,  ///< some of it is missing here; the same answer
  show,  ///< 1 byte: whether with styles; answer: a screen_view
  encode ///< a list of keys; answer: the bytes that the program gets for them
};

struct emulator_head {
  emulator_request what{}; ///< in an answer: of the request
  std::uint32_t length = 0;
};

/// Of a request: 64 KiB of output at a time.
inline constexpr std::uint32_t max_emulator_request = 64 << 10;
/// Of an answer: a screen of the most cells that there may be, each with the longest style.
inline constexpr std::uint32_t max_emulator_answer = 32 << 20;

} // namespace strata::wire
