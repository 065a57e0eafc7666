// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_sandbox.hpp"

#include <list>
#include <mutex>

namespace strata::test {

/// Makes fake sandboxes, at once or when the test says so. Thread safe.
class fake_launcher final : public sandbox_launcher {
public:
  struct order {
    sandbox_spec spec;
    sandbox::callback<std::shared_ptr<sandbox>> ready;
    std::function<void(std::string)> died;
  };

  void launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
              std::function<void(std::string)> died) override;

  /// The oldest launch that waits.
  void succeed();
  void fail(const error& failure);

  /// The newest sandbox of that session; null: none was built.
  std::shared_ptr<fake_sandbox> box(const std::string& session_id);
  std::size_t launched();

  bool holds = false;                ///< launches wait for succeed() and fail()
  std::function<void()> before_each; ///< may throw
  fake_sandbox::habits habits;       ///< of what it makes
  std::list<order> waiting;
  std::vector<std::shared_ptr<fake_sandbox>> made;

private:
  void build(order what);

  std::recursive_mutex mutex_;
  std::size_t launched_ = 0;
};

} // namespace strata::test
