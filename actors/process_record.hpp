// SPDX-License-Identifier: MIT
#pragma once

#include "actors/actor_clock.hpp"
#include "actors/call.hpp"
#include "isolation/sandbox.hpp"
#include "isolation/terminal/live_screen.hpp"

#include <functional>
#include <map>
#include <vector>

namespace strata {

struct process_record;

/// A call that is answered when its process has started, or could not.
struct start_wait {
  std::uint64_t call_id;
  bool kill_when_left; ///< the process is not wanted any more when this client leaves
  std::function<void(result<process_record*>)> started;
};

/// Who looks at a terminal, or follows another process.
struct process_viewer {
  std::optional<terminal_size> size; ///< of the terminal, if it could choose
  std::shared_ptr<size_news> sizes;  ///< empty: it does not want to know
};

/// Anything that runs or ran in a session, from its call to the end of its retention: what it is, its output, its input.
/// What only an exec has (its call, its shell) is in exec_record, under the same number.
struct process_record {
  std::uint64_t number = 0; ///< within the session
  process_info info;        ///< without what changes by itself: see shown()
  std::shared_ptr<journal> output;
  std::shared_ptr<input_stream> input; ///< empty: it has none
  std::optional<std::int64_t> timeout_ms, no_output_timeout_ms;
  bool blocks = false;                 ///< its followers are waited for
  std::shared_ptr<live_screen> screen; ///< of a terminal
  std::map<std::uint64_t, process_viewer> viewers;
  std::string end_reason;           ///< why we end it; empty: we do not
  bool asked_to_end = false;        ///< by a caller: whatever it makes of a TERM, that is why it ended
  bool purge = false;               ///< forget it when it has ended
  std::int64_t quiet_since = 0;     ///< bytes at the last look for silence
  int quiet_looks = 0;              ///< how many of them found no more
  std::vector<start_wait> starters; ///< the first one made it

  bool ended() const noexcept { return info.state == process_state::ended; }

  process_info shown() const {
    auto now = info;
    now.next = output->next();
    now.oldest = output->oldest();
    now.stdin_offset = input ? input->accepted() : 0;
    now.viewers = static_cast<std::int64_t>(viewers.size());
    return now;
  }
};

/// Who waits for the end of a process.
struct process_wait {
  std::uint64_t process;
  std::uint64_t call_id;
  reply<process_info> answer;
  bool created = false;
  bool session_created = false;
  bool kill_when_left = false;
};

} // namespace strata
