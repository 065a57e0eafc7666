// SPDX-License-Identifier: MIT
#pragma once

/// The only header that includes CAF (0.17.6, as Debian has it). What the rest of actors/ needs of it is named here, so
/// that CAF 1.x is a change of this file: no atoms, no request/response (calls carry their reply), no groups, no io.
/// It costs about 4 s per translation unit: include it in .cpp files only.

#include "actors/actor_clock.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <utility>

namespace strata::act {

/// The envelope of one event. Local only: it is never serialised, never copied into, and opened once.
template <class Event> struct mail { std::shared_ptr<Event> event; };

} // namespace strata::act

namespace caf {
/// 0.17 refuses messages that it cannot serialise unless told so (CAF_ALLOW_UNSAFE_MESSAGE_TYPE for a template).
template <class Event> struct allowed_unsafe_message_type<strata::act::mail<Event>> : std::true_type {};
} // namespace caf

namespace strata::act {

using system = caf::actor_system;

/// An actor that hears events of one variant type and answers none of them by itself.
template <class Event> using hears = caf::typed_actor<caf::reacts_to<mail<Event>>>;

template <class Event> void tell(const hears<Event>& to, std::shared_ptr<Event> event) {
  caf::anon_send(to, mail<Event>{std::move(event)});
}

template <class Event> void tell(const hears<Event>& to, Event event) { tell(to, std::make_shared<Event>(std::move(event))); }

/// On the system's clock, which tests move. It cannot be taken back.
template <class Event> void tell_later(const hears<Event>& to, steady_time::duration delay, Event event) {
  caf::delayed_anon_send(to, delay, mail<Event>{std::make_shared<Event>(std::move(event))});
}

/// Ends an actor whatever it does: its state is destroyed and what lies in its mailbox is dropped.
template <class Event> void kill(const hears<Event>& actor) { caf::anon_send_exit(actor, caf::exit_reason::kill); }

inline steady_time now(system& actors) { return actors.clock().now(); }

/// How every actor system of Strata is set up. Policy "sharing": the default one polls and never sleeps when idle.
struct config : caf::actor_system_config {
  explicit config(std::size_t workers) {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", workers);
  }
};

} // namespace strata::act
