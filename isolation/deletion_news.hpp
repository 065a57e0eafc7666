// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

namespace strata {

/// Carries the word that a session's files are gone from the trash's thread to the sandbox, as long as there is one to hear it:
/// until end(), the listeners belong to this and not to the trash, which may outlive what they refer to. Thread safe.
class deletion_news {
public:
  /// What the trash is to call. It calls `listener` at most once, with a lock held, so that must only post.
  std::function<void()> subscribe(std::function<void()> listener);

  /// Forgets all listeners; none is called afterwards.
  void end();

private:
  struct state;
  std::shared_ptr<state> state_ = make_state();
  static std::shared_ptr<state> make_state();
};

} // namespace strata
