// SPDX-License-Identifier: MIT
#include "isolation/deletion_news.hpp"

#include <cstdint>
#include <map>

namespace strata {

struct deletion_news::state {
  std::mutex mutex;
  bool ended = false;
  std::uint64_t last = 0;
  std::map<std::uint64_t, std::function<void()>> listeners;

  void tell(std::uint64_t number) {
    const std::lock_guard lock{mutex};
    const auto found = listeners.find(number);
    if (found == listeners.end())
      return;
    found->second();
    listeners.erase(found);
  }
};

std::shared_ptr<deletion_news::state> deletion_news::make_state() { return std::make_shared<state>(); }

std::function<void()> deletion_news::subscribe(std::function<void()> listener) {
  const std::lock_guard lock{state_->mutex};
  if (state_->ended)
    return [] {};
  const auto number = ++state_->last;
  state_->listeners.emplace(number, std::move(listener));
  return [state = state_, number] { state->tell(number); };
}

void deletion_news::end() {
  const std::lock_guard lock{state_->mutex};
  state_->ended = true;
  state_->listeners.clear();
}

} // namespace strata
