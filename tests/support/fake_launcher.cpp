// SPDX-License-Identifier: MIT
#include "tests/support/fake_launcher.hpp"

#include <algorithm>

namespace strata::test {

void fake_launcher::launch(sandbox_spec spec, sandbox::callback<std::shared_ptr<sandbox>> ready,
                           std::function<void(std::string)> died) {
  std::lock_guard guard{mutex_};
  if (before_each)
    before_each();
  ++launched_;
  order what{std::move(spec), std::move(ready), std::move(died)};
  if (holds)
    waiting.push_back(std::move(what));
  else
    build(std::move(what));
}

void fake_launcher::build(order what) {
  auto box = std::make_shared<fake_sandbox>(std::move(what.spec), habits, std::move(what.died));
  made.push_back(box);
  what.ready(std::shared_ptr<sandbox>{box});
}

void fake_launcher::succeed() {
  std::lock_guard guard{mutex_};
  if (waiting.empty())
    return;
  auto what = std::move(waiting.front());
  waiting.pop_front();
  build(std::move(what));
}

void fake_launcher::fail(const error& failure) {
  std::lock_guard guard{mutex_};
  if (waiting.empty())
    return;
  auto what = std::move(waiting.front());
  waiting.pop_front();
  what.ready(failure);
}

std::shared_ptr<fake_sandbox> fake_launcher::box(const std::string& session_id) {
  std::lock_guard guard{mutex_};
  auto newest = std::find_if(made.rbegin(), made.rend(), [&](const auto& box) { return box->made_for.session_id == session_id; });
  return newest == made.rend() ? nullptr : *newest;
}

std::size_t fake_launcher::launched() {
  std::lock_guard guard{mutex_};
  return launched_;
}

} // namespace strata::test
