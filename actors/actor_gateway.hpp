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
class actor_gateway final : public gateway {
public:
  explicit actor_gateway(std::shared_ptr<mailbox<registry_event>> registry) : registry_{std::move(registry)} {}

  std::uint64_t call(create_session request, call_context context, reply_to<create_session> done) override;
  std::uint64_t call(get_session request, call_context context, reply_to<get_session> done) override;
  std::uint64_t call(list_sessions request, call_context context, reply_to<list_sessions> done) override;
  std::uint64_t call(update_session request, call_context context, reply_to<update_session> done) override;
  std::uint64_t call(close_session request, call_context context, reply_to<close_session> done) override;
  std::uint64_t call(get_session_stats request, call_context context, reply_to<get_session_stats> done) override;
  std::uint64_t call(get_stats request, call_context context, reply_to<get_stats> done) override;
  std::uint64_t call(exec_request request, call_context context, reply_to<exec_request> done) override;
  std::uint64_t call(open_shell request, call_context context, reply_to<open_shell> done) override;
  std::uint64_t call(list_shells request, call_context context, reply_to<list_shells> done) override;
  std::uint64_t call(close_shell request, call_context context, reply_to<close_shell> done) override;
  std::uint64_t call(attach_terminal request, call_context context, reply_to<attach_terminal> done) override;
  std::uint64_t call(resize_terminal request, call_context context, reply_to<resize_terminal> done) override;
  std::uint64_t call(signal_process request, call_context context, reply_to<signal_process> done) override;

  void disconnect(std::uint64_t call_id) override;

  /// Calls that are not answered yet and whose clients may go away (execs).
  std::size_t open_calls() const { return book_->size(); }

private:
  template <class Operation> std::uint64_t post(Operation request, call_context context, reply_to<Operation> done);

  std::shared_ptr<mailbox<registry_event>> registry_;
  std::shared_ptr<call_book> book_ = std::make_shared<call_book>(); ///< shared with the replies, which may outlive us
  std::atomic<std::uint64_t> last_id_{0};
};

} // namespace strata
