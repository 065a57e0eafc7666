// SPDX-License-Identifier: MIT
#include "actors/session_event.hpp"

#include "actors/event_content.hpp"

namespace strata {

[[gnu::used]] static constexpr auto made_here = event_content<session_event>::all;

} // namespace strata
