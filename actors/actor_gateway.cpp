// SPDX-License-Identifier: MIT
#include "actors/actor_gateway.hpp"

namespace strata {

void call_book::add(std::uint64_t id, std::shared_ptr<call_ticket> ticket) {
  std::lock_guard guard{mutex_};
  tickets_[id] = std::move(ticket);
}

void call_book::erase(std::uint64_t id) {
  std::lock_guard guard{mutex_};
  tickets_.erase(id);
}

std::shared_ptr<call_ticket> call_book::find(std::uint64_t id) const {
  std::lock_guard guard{mutex_};
  auto found = tickets_.find(id);
  return found == tickets_.end() ? nullptr : found->second;
}

std::size_t call_book::size() const {
  std::lock_guard guard{mutex_};
  return tickets_.size();
}

void actor_gateway::disconnect(std::uint64_t call_id) {
  if (auto ticket = book_->find(call_id))
    ticket->disconnect();
}

} // namespace strata
