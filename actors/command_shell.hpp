// SPDX-License-Identifier: MIT
#pragma once

#include "actors/call.hpp"
#include "actors/shell_queue.hpp"
#include "isolation/sandbox.hpp"

#include <vector>

namespace strata {

/// A named persistent shell of a session, as its session actor sees it. It is opened when first used, and again when it ended.
struct command_shell {
  enum class stage { closed, opening, open, closing };

  std::uint64_t number = 0; ///< within the session; names its deadline
  shell_spec spec;          ///< as it was made; the session's env is put under spec.env whenever it opens
  std::string cwd;          ///< where it was when it ended last; empty: it never ran
  stage at = stage::closed;
  std::uint64_t generation = 0; ///< counts openings and closings, to know late answers
  int pid = 0;
  shell_queue queue;
  bool forgotten = false; ///< it was closed for good: erased when nobody uses it any more

  struct opener {
    call<open_shell> request;
    bool created;
  };
  std::vector<opener> openers;            ///< answered when it is open
  std::vector<call<close_shell>> closers; ///< answered when it is closed; empty: it closes to be opened anew
};

} // namespace strata
