// SPDX-License-Identifier: MIT
#pragma once

#include "actors/call.hpp"
#include "isolation/sandbox.hpp"

#include <vector>

namespace strata {

/// A terminal of a session, as its session actor sees it: a process on a PTY, its output in a journal that every viewer
/// reads with a cursor of its own, and one input for all of them.
struct terminal {
  std::uint64_t number = 0; ///< within the session, counted with the execs
  std::string id;           ///< "p12-x7q4"
  std::string name;
  terminal_size size;
  int pid = 0; ///< 0: it has not started yet
  std::shared_ptr<journal> output;
  std::shared_ptr<input_stream> input;
  std::size_t viewers = 0;
  std::string end_reason;                     ///< why we end it; empty: we do not
  std::vector<call<attach_terminal>> openers; ///< answered when it has started; the first one made it
};

} // namespace strata
