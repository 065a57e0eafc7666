// SPDX-License-Identifier: MIT
#pragma once

#include "actors/event.hpp"

namespace strata {

template <class... Alternative> template <class One> std::variant<Alternative...>* event<Alternative...>::box(One what) {
  return new content{std::in_place_type<One>, std::move(what)};
}

template <class... Alternative> void event<Alternative...>::freed::operator()(content* it) const noexcept { delete it; }

/// For the one source file that holds what a kind of event is made of: a constant of `all` there makes everybody else's.
template <class Event> struct event_content;
template <class... Alternative> struct event_content<event<Alternative...>> {
  using it = event<Alternative...>;
  static constexpr auto all = std::make_tuple(&it::freed::operator(), &it::template box<Alternative>...);
};

} // namespace strata
