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

template <class Operation> std::uint64_t actor_gateway::post(Operation request, call_context context, reply_to<Operation> done) {
  const auto id = ++last_id_;
  context.call_id = id;
  auto ticket = std::make_shared<call_ticket>();
  // Only a command outlives its client's patience; every other operation ends by itself soon.
  if constexpr (std::is_same_v<Operation, exec_request>) {
    book_->add(id, ticket);
    done = [book = book_, id, done = std::move(done)](result<exec_response> answer) {
      book->erase(id);
      done(std::move(answer));
    };
  }
  registry_->post(strata::call<Operation>{std::move(request), std::move(context),
                                          reply<typename Operation::response>{std::move(done)}, std::move(ticket)});
  return id;
}

// clang-format off
std::uint64_t actor_gateway::call(create_session request, call_context context, reply_to<create_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(get_session request, call_context context, reply_to<get_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(list_sessions request, call_context context, reply_to<list_sessions> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(update_session request, call_context context, reply_to<update_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(close_session request, call_context context, reply_to<close_session> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(get_session_stats request, call_context context, reply_to<get_session_stats> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(get_stats request, call_context context, reply_to<get_stats> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(exec_request request, call_context context, reply_to<exec_request> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(open_shell request, call_context context, reply_to<open_shell> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(list_shells request, call_context context, reply_to<list_shells> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(close_shell request, call_context context, reply_to<close_shell> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(attach_terminal request, call_context context, reply_to<attach_terminal> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(resize_terminal request, call_context context, reply_to<resize_terminal> done) { return post(std::move(request), std::move(context), std::move(done)); }
std::uint64_t actor_gateway::call(signal_process request, call_context context, reply_to<signal_process> done) { return post(std::move(request), std::move(context), std::move(done)); }
// clang-format on

void actor_gateway::disconnect(std::uint64_t call_id) {
  if (auto ticket = book_->find(call_id))
    ticket->disconnect();
}

} // namespace strata
