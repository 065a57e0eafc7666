// SPDX-License-Identifier: MIT
#include "actors/registry.hpp"

#include "actors/refusals.hpp"
#include "actors/remembered_upload.hpp"
#include "actors/request_checks.hpp"
#include "actors/session_ids.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::size_t max_idempotency_key_bytes = 255;

/// The fields in which a request that reuses a session asks for something else than it is.
std::string differences(const create_session& request, const session_info& info) {
  std::string fields;
  const auto add = [&](std::string_view name, bool differs) {
    if (differs)
      fields += fmt::format("{}{}", fields.empty() ? "" : ",", name);
  };
  add("base", !request.base.empty() && request.base != info.base);
  add("network", !request.network.mode.empty() && request.network.mode != info.network.mode);
  add("limits", differs(request.limits, info.limits));
  return fields;
}

result<void> check_reuse(const create_session& request, const session_info& info) {
  if (request.if_exists == "fail")
    return error{
      errc::session_exists, fmt::format("create session {}: it exists", to_string(info.key)), {{"session_uid", info.uid}}};
  if (auto fields = differences(request, info); !fields.empty())
    return error{errc::session_differs,
                 fmt::format("reuse session {}: it was made with other {}", to_string(info.key), fields),
                 {{"fields", fields}}};
  return {};
}

/// A create_session that asks for nothing but the session of that name.
create_session plain(const session_key& key) {
  create_session request;
  request.key = key;
  return request;
}

bool keeps_pieces(const write_file& request) { return request.append; }
bool keeps_pieces(const write_archive&) { return false; } // its entries are there, and are put there again

template <class Response> result<Response> answer_again(const result<remembered<Response>>& known) {
  if constexpr (is_upload<Response>)
    return known ? result<Response>{repeat_upload<Response>(*known)} : known.error();
  else
    return known;
}

} // namespace

registry::registry(const runtime_options& options, registry_ports ports)
  : options_{options}, ports_{std::move(ports)}, table_{{options.max_sessions, options.max_sessions_per_owner, options.ended_kept,
                                                         options.max_ended_kept}},
    answers_{{options.answers_kept, options.max_answers_kept, options.max_answer_bytes}} {}

void registry::handle(registry_event event) {
  table_.expire(ports_.clock.now());
  std::visit([this](auto& what) { on(std::move(what)); }, *event);
}

template <class Operation, class... Options> bool registry::sound(call<Operation>& event, const Options&... options) {
  if (event.admitted)
    return true;
  auto checked = check(event.operation, options...);
  if (!checked)
    event.answer(checked.error());
  return checked.has_value();
}

template <class Operation> void registry::remember_answer(call<Operation>& event) {
  using response = typename Operation::response;
  // Stored before the caller hears it, so that its next request finds it.
  const auto store = [self = ports_.self, caller = event.context.caller, key = event.context.idempotency_key](auto outcome) {
    self(answer_given{caller, key, std::make_shared<const decltype(outcome)>(std::move(outcome))});
  };
  if constexpr (is_upload<response>)
    event.answer.tap([store, keeps_pieces = keeps_pieces(event.operation)](result<response>& opened) {
      reply<uploaded<typename response::made>> remember{store};
      opened ? remember_upload(*opened, keeps_pieces, std::move(remember)) : remember(opened.error());
    });
  else
    event.answer.tap([store](const result<response>& answer) { store(answer); });
}

template <class Operation> bool registry::admit(call<Operation>& event) {
  using response = typename Operation::response;
  const auto& context = event.context;
  if (std::exchange(event.admitted, true) || context.idempotency_key.empty())
    return true;
  if (context.idempotency_key.size() > max_idempotency_key_bytes) {
    event.answer(error{errc::invalid_argument, "idempotency key is longer than 255 bytes"});
    return false;
  }
  auto known = answers_.begin(context.caller, context.idempotency_key, context.content_digest, ports_.clock.now());
  if (!known) {
    event.answer(known.error());
    return false;
  }
  if (!*known) {
    remember_answer(event);
    return true;
  }
  if (const auto* same = std::get_if<idempotency_table::kept<response>>(&**known))
    event.answer(answer_again<response>(**same));
  else
    event.answer(error{errc::idempotency_mismatch, "use idempotency key again: it was used for another operation"});
  return false;
}

template <class Operation> void registry::begin_work(call<Operation> event, bool may_create) {
  if (draining_)
    return event.answer(stopping());
  event.session_created = false;
  const auto& session = event.operation.session;
  const auto* found = table_.live(session);
  if (!found) {
    // A uid names a session that was, and none that could be made.
    if (!may_create || !session.expect_uid.empty())
      return event.answer(no_session());
    auto made = make(plain(session.key));
    if (!made)
      return event.answer(made.error());
    found = *made;
    event.session_created = true;
  }
  send(found->info->uid, std::move(event));
}

template <class Operation> void registry::hand_to_live(call<Operation> event) {
  const auto* found = table_.live(event.operation.session);
  if (!found)
    return event.answer(no_session());
  send(found->info->uid, std::move(event));
}

void registry::on(call<create_session> event) {
  if (!sound(event, options_) || !admit(event))
    return;
  if (draining_)
    return event.answer(stopping());
  auto& request = event.operation;
  event.session_created = false;
  if (request.generate_id && request.key.session_id.empty())
    request.key.session_id = make_session_id();
  const auto* found = table_.live({request.key, {}});
  if (found) {
    if (auto reusable = check_reuse(request, *found->info); !reusable)
      return event.answer(reusable.error());
  } else {
    auto made = make(request);
    if (!made)
      return event.answer(made.error());
    found = *made;
    event.session_created = true;
  }
  send(found->info->uid, std::move(event));
}

result<const session_table::entry*> registry::make(const create_session& request) {
  STRATA_CHECK(table_.check_place(request.key.owner_id));
  session_setup setup;
  auto& info = setup.info;
  info.key = request.key;
  do
    info.uid = make_uid();
  while (table_.by_uid(info.uid));
  info.created_at = info.last_active_at = ports_.clock.wall();
  info.idle_ttl_ms = request.idle_ttl_ms.value_or(options_.session_ttl.count());
  if (request.expires_in_ms.value_or(0) > 0)
    info.expires_at = info.created_at + std::chrono::milliseconds{*request.expires_in_ms};
  info.metadata = request.metadata;
  info.base = options_.base;
  info.network.mode = request.network.mode.empty() ? to_string(options_.network) : request.network.mode;
  info.limits = effective_limits(request.limits, options_.limits);
  if (!request.user.empty()) {
    info.user = request.user;
    info.cwd.clear(); // that user's home, which only the session's own passwd knows
  }
  if (!request.cwd.empty())
    info.cwd = request.cwd;
  setup.env = request.env;
  setup.user = request.user;
  setup.cwd = request.cwd;
  setup.counters = std::make_shared<session_counters>();
  const auto shown = std::make_shared<const session_info>(info);
  const auto counters = setup.counters;
  // Known only once it has an actor: starting one may fail (out of memory), and a key without an actor would be stuck.
  sessions_[shown->uid] = ports_.start_session(std::move(setup));
  return &table_.add(shown, counters);
}

void registry::send(const std::string& uid, session_event event) {
  // Without an actor the event is dropped here, and with it the call is answered.
  if (auto found = sessions_.find(uid); found != sessions_.end())
    found->second(std::move(event));
}

template <class Operation> void registry::on(call<Operation> event) {
  if (!sound(event))
    return;
  if constexpr (is_idempotent<Operation>)
    if (!admit(event))
      return;
  if constexpr (std::is_same_v<Operation, open_shell>) {
    begin_work(std::move(event), true);
  } else if constexpr (begins_work<Operation>) {
    const bool may_create = event.operation.create != "never";
    begin_work(std::move(event), may_create);
  } else {
    hand_to_live(std::move(event));
  }
}

void registry::on(call<get_session> event) {
  if (auto named = check(event.operation.session); !named)
    return event.answer(named.error());
  const auto* found = table_.any(event.operation.session);
  if (!found)
    return event.answer(no_session());
  event.answer(session_table::shown(*found));
}

void registry::on(call<list_sessions> event) {
  if (sound(event))
    event.answer(table_.list(event.operation));
}

void registry::on(call<get_stats> event) {
  server_stats stats;
  stats.active_sessions = static_cast<std::int64_t>(table_.live_count());
  stats.max_sessions = static_cast<std::int64_t>(options_.max_sessions);
  stats.draining = draining_;
  event.answer(stats);
}

} // namespace strata
