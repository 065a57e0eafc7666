// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/session_root.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace strata {

/// Deletes sessions' directories in the background: renames them into ROOT/trash first, which takes microseconds, then
/// walks them on a thread of its own (remove_tree; in a user namespace with the session's ids where a plain user could
/// not, by strata-remover). What cannot be deleted is retried with growing pauses and reported when the reason is new; it
/// never blocks a session. Thread safe; not to be destroyed on its own thread, i.e. by a callback.
class trash {
public:
  /// `problem` (may be empty) hears, on the trash's thread or in sweep(), what could not be deleted. `remover`: path of
  /// strata-remover, only for subid ranges. The root is not needed afterwards, but its lock must be held as long as the
  /// trash lives.
  trash(const session_root& root, std::string remover, std::function<void(const std::string& problem)> problem);
  /// Waits for the tree that is being deleted; what is still queued stays in ROOT/trash for the next start.
  ~trash();

  /// Takes the directory out of ROOT/sessions at once. `gone` (may be empty) is called on the trash's thread when not a byte
  /// is left; the lease is held until then. No process of the session may live. Writes the file `ids` if it is missing.
  void discard(session_directory directory, id_lease ids, std::function<void()> gone);

  /// Takes up what an earlier server left in ROOT/trash. Its ids are reserved in `ids` until it is gone, so call this before
  /// the first session. A session left in ROOT/sessions is for discard() with `ids.reserve(read_ids(directory))`.
  void sweep(id_pool& ids);

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace strata
