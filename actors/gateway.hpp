// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations.hpp"
#include "config/error.hpp"

#include <cstdint>
#include <functional>
#include <tuple>
#include <utility>

namespace strata {

template <class Operation> using reply_to_operation = std::function<void(result<typename Operation::response>)>;

template <class Operation> class gateway_for {
public:
  virtual std::uint64_t call(Operation, call_context, reply_to_operation<Operation> done) = 0;

protected:
  ~gateway_for() = default;
};

template <class List> class gateway_of;
template <class... Operation> class gateway_of<std::tuple<Operation...>> : public gateway_for<Operation>... {
public:
  using gateway_for<Operation>::call...;

protected:
  ~gateway_of() = default;
};

/// The single door from a protocol to the actors, with one call() for each of the operations. Thread safe; never blocks.
///
/// call() begins an operation; `done` is called exactly once, on an actor's worker thread, and must not block (post to the
/// connection's strand). It returns the id of the call for disconnect().
class gateway : public gateway_of<operations> {
public:
  template <class Operation> using reply_to = reply_to_operation<Operation>;

  virtual ~gateway() = default;

  /// The client of that call went away: what it waits for follows its `on_disconnect`. Unknown ids are ignored.
  virtual void disconnect(std::uint64_t call_id) = 0;
};

/// A gateway whose every call is `Self::post`.
template <class Self, class List = operations> class gateway_by_post;
template <class Self> class gateway_by_post<Self, std::tuple<>> : public gateway {};
template <class Self, class First, class... Rest>
class gateway_by_post<Self, std::tuple<First, Rest...>> : public gateway_by_post<Self, std::tuple<Rest...>> {
public:
  using gateway_by_post<Self, std::tuple<Rest...>>::call;
  std::uint64_t call(First request, call_context context, reply_to_operation<First> done) override {
    return static_cast<Self*>(this)->post(std::move(request), std::move(context), std::move(done));
  }
};

} // namespace strata
