// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "actors/mailbox.hpp"
#include "actors/registry_event.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace strata {

/// The calls whose clients may still go away, by id. Thread safe.
class call_book {
public:
  void add(std::uint64_t id, std::shared_ptr<call_ticket> ticket);
  void erase(std::uint64_t id);
  std::shared_ptr<call_ticket> find(std::uint64_t id) const;
  std::size_t size() const;

private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<call_ticket>> tickets_;
};

/// The gateway over a registry's mailbox: gives every call an id and posts it. Once the mailbox is closed each call is
/// answered `draining`, then on the calling thread.
class actor_gateway final : public gateway_by_post<actor_gateway> {
public:
  explicit actor_gateway(std::shared_ptr<mailbox<registry_event>> registry) : registry_{std::move(registry)} {}

  void disconnect(std::uint64_t call_id) override;

  /// Calls that are not answered yet and whose clients may go away.
  std::size_t open_calls() const { return book_->size(); }

  template <class Operation> std::uint64_t post(Operation request, call_context context, reply_to<Operation> done) {
    const auto id = ++last_id_;
    context.call_id = id;
    auto ticket = std::make_shared<call_ticket>();
    if constexpr (may_wait<Operation>) {
      book_->add(id, ticket);
      done = [book = book_, id, done = std::move(done)](result<typename Operation::response> answer) {
        book->erase(id);
        done(std::move(answer));
      };
    }
    registry_->post(strata::call<Operation>{std::move(request), std::move(context),
                                            reply<typename Operation::response>{std::move(done)}, std::move(ticket)});
    return id;
  }

private:
  std::shared_ptr<mailbox<registry_event>> registry_;
  std::shared_ptr<call_book> book_ = std::make_shared<call_book>(); ///< shared with the replies, which may outlive us
  std::atomic<std::uint64_t> last_id_{0};
};

} // namespace strata
