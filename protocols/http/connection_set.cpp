// SPDX-License-Identifier: MIT
#include "protocols/http/connection_set.hpp"

#include <utility>

namespace strata {

connection_set::entry connection_set::add(std::shared_ptr<connection> arrived) {
  std::lock_guard guard{mutex_};
  if (closed_)
    return entry::closed;
  if (open_.size() >= limit_)
    return entry::full;
  const auto* key = arrived.get();
  open_.emplace(key, std::move(arrived));
  return entry::admitted;
}

void connection_set::remove(const connection& gone) {
  std::shared_ptr<connection> last; // ends outside the lock
  std::vector<std::function<void()>> emptied;
  {
    std::lock_guard guard{mutex_};
    auto found = open_.find(&gone);
    if (found == open_.end())
      return;
    last = std::move(found->second);
    open_.erase(found);
    if (closed_ && open_.empty())
      emptied = std::exchange(emptied_, {});
  }
  for (const auto& call : emptied)
    call();
}

void connection_set::close(std::function<void()> emptied) {
  {
    std::lock_guard guard{mutex_};
    closed_ = true;
    if (!open_.empty()) {
      emptied_.push_back(std::move(emptied));
      return;
    }
  }
  emptied();
}

std::vector<std::shared_ptr<connection>> connection_set::all() const {
  std::lock_guard guard{mutex_};
  std::vector<std::shared_ptr<connection>> found;
  found.reserve(open_.size());
  for (const auto& [key, value] : open_)
    found.push_back(value);
  return found;
}

std::size_t connection_set::size() const {
  std::lock_guard guard{mutex_};
  return open_.size();
}

} // namespace strata
