// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace strata {

/// An answer's body that comes piece by piece. Everything happens on the connection's strand. The connection asks for a
/// piece when the last one is written, so a slow client slows the source and fills nothing.
class body_stream {
public:
  using receiver = std::function<void(std::optional<std::string> piece)>;

  virtual ~body_stream() = default;
  /// Asks for the next piece; `give` is called once, later (never from within), with bytes or with nothing at the end.
  /// Not after abandon().
  virtual void next(receiver give) = 0;
  /// The client ended its side: it may have left, which only a write can tell. Says something harmless if it can.
  virtual void probe() = 0;
  /// The client is gone.
  virtual void abandon() = 0;
  /// Asked when it has given nothing: the body is not complete and must not look so. The connection is broken off.
  virtual bool is_broken() const { return false; }
};

} // namespace strata
