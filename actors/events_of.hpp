// SPDX-License-Identifier: MIT
#pragma once

#include "actors/call.hpp"

#include <tuple>
#include <variant>

namespace strata {

/// What an actor hears: a call of each of the operations, and other events.
template <class List, class... Other> struct events_of;
template <class... Operation, class... Other> struct events_of<std::tuple<Operation...>, Other...> {
  using type = std::variant<call<Operation>..., Other...>;
};

} // namespace strata
