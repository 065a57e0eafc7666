// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>

namespace strata::client {

/// Finds the keys that end a view in what is typed. Not thread safe.
class detach_keys {
public:
  /// "ctrl-p,ctrl-q": single characters or ctrl-LETTER (also ctrl-@ ctrl-[ ctrl-\ ctrl-] ctrl-^ ctrl-_), by commas; empty: none.
  static result<detach_keys> parse(std::string_view text);

  struct typed {
    std::string input; ///< for the terminal; what may still become the sequence is kept back
    bool detach = false;
  };
  /// Takes the next bytes. After `detach` what follows the sequence is dropped.
  typed take(std::string_view bytes);

private:
  std::string sequence_;
  std::size_t matched_ = 0;
};

} // namespace strata::client
