// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/terminal/key.hpp"
#include "isolation/terminal/screen_view.hpp"
#include "isolation/unique_fd.hpp"
#include "isolation/wire/emulator.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace strata {

/// A terminal emulator of one size in a process of its own (strata-emulator): what hostile output does to it, it does to nobody
/// else. Every call blocks for its answer, at most ten seconds; after an error it is of no more use. Not thread safe.
class emulator {
public:
  static result<std::unique_ptr<emulator>> start(terminal_size size);
  /// Kills it.
  ~emulator();
  emulator(const emulator&) = delete;
  emulator& operator=(const emulator&) = delete;

  /// Output of the program, any amount. The number of changes of the screen so far.
  result<std::uint64_t> feed(std::string_view output);
  /// Output is missing here.
  result<std::uint64_t> skip();
  result<screen_view> show(bool styled);
  /// The bytes of these keys, as the program wants them.
  result<std::string> encode(const std::vector<key>& keys);

private:
  emulator(unique_fd socket, unique_fd process) noexcept : socket_{std::move(socket)}, process_{std::move(process)} {}
  result<std::string> ask(wire::emulator_request what, std::string_view body);
  template <class Answer> result<Answer> ask_for(wire::emulator_request what, std::string_view body);

  const unique_fd socket_;
  const unique_fd process_;
};

} // namespace strata
