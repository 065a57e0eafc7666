// SPDX-License-Identifier: MIT
#pragma once

#include "actors/call.hpp"

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace strata {

/// What an actor hears: one of the alternatives. Whoever posts one knows no more of the others than their names: a variant of a hundred
/// types costs a compiler half a minute wherever it is made or moved, so that is done in one place (event_content.hpp).
template <class... Alternative> class event {
public:
  using content = std::variant<Alternative...>;

  template <class One>
  requires(std::is_same_v<One, Alternative> || ...) event(One what) : content_{box(std::move(what))} {}

  /// Not of one that was moved from.
  content& operator*() const noexcept { return *content_; }

private:
  template <class Event> friend struct event_content;
  struct freed {
    void operator()(content* it) const noexcept;
  };
  template <class One> static content* box(One what);

  std::unique_ptr<content, freed> content_;
};

/// A call of each of the operations, and other events.
template <class List, class... Other> struct events_of;
template <class... Operation, class... Other> struct events_of<std::tuple<Operation...>, Other...> {
  using type = event<call<Operation>..., Other...>;
};

} // namespace strata
