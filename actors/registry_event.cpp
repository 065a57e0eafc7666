// SPDX-License-Identifier: MIT
#include "actors/registry_event.hpp"

#include "actors/event_content.hpp"

namespace strata {

[[gnu::used]] static constexpr auto made_here = event_content<registry_event>::all;

} // namespace strata
