// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/exchange.hpp"

namespace strata {

/// How a terminal travels over a WebSocket (docs/websocket.md).
enum class shell_mode {
  seed,   ///< the seed's messages, all of them JSON text
  raw,    ///< strata.raw: binary frames are bytes, text frames are JSON control
  attach, ///< strata.attach: every client frame is input, every server frame bytes (xterm's attach addon)
  streams ///< strata.streams: as raw, but the first byte of a binary frame tells the stream (docs/websocket.md)
};

struct shell_choice {
  shell_mode mode = shell_mode::seed;
  std::string subprotocol; ///< to be named in the answer; empty: none was asked for
};

/// By Sec-WebSocket-Protocol (RFC 6455 §4.2.2; the first that is known), else by ?mode=, else `by_default`. Subprotocols that are not known are
/// not answered, and the client decides. `invalid_argument` for an unknown mode.
result<shell_choice> choose_shell_mode(const exchange& asked, shell_mode by_default);

} // namespace strata
