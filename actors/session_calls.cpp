// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/request_checks.hpp"
#include "actors/session.hpp"
#include "actors/session_table.hpp"

namespace strata {

namespace {

/// null removes, anything else replaces.
void merge(string_map& map, const std::map<std::string, std::optional<std::string>>& changes) {
  for (const auto& [name, value] : changes)
    if (value)
      map[name] = *value;
    else
      map.erase(name);
}

} // namespace

session_info session::shown(bool created) const {
  auto info = session_table::shown({0, session_table::phase::live, snapshot(), counters_});
  info.created = created;
  return info;
}

void session::on(call<create_session> event) {
  if (over())
    return ports_.registry(std::move(event)); // it makes a new one
  if (draining_)
    return event.answer(stopping());
  if (info_.state == session_state::creating) {
    if (creators_.size() >= options_.max_queued_calls)
      return event.answer(error{errc::overloaded, "create session: too many calls wait for it", {{"retry_after", "1"}}});
    creators_.push_back(std::move(event));
    return;
  }
  touch();
  event.answer(shown(event.session_created));
}

void session::on(call<update_session> event) {
  if (over())
    return event.answer(no_session());
  if (auto applied = apply(event.operation); !applied)
    return event.answer(applied.error());
  touch();
  ports_.registry(session_changed{snapshot()});
  event.answer(shown(false));
}

result<void> session::apply(const update_session& change) {
  if (change.network && *change.network != info_.network)
    return error{errc::unsupported, "a change of network is not supported by this version", {{"field", "network"}}};
  auto metadata = info_.metadata;
  merge(metadata, change.metadata);
  STRATA_CHECK(check_metadata(metadata));
  auto env = env_;
  merge(env, change.env);
  STRATA_CHECK(check_env(env));
  info_.metadata = std::move(metadata);
  env_ = std::move(env);
  if (change.idle_ttl_ms)
    info_.idle_ttl_ms = *change.idle_ttl_ms;
  auto end = change.expires_at;
  if (change.expires_in_ms && *change.expires_in_ms > 0)
    end = ports_.clock.wall() + std::chrono::milliseconds{*change.expires_in_ms};
  const bool given = change.expires_given || change.expires_in_ms;
  // Never is the latest end of all.
  const bool earlier = end && (!info_.expires_at || *end < *info_.expires_at);
  if (given && !(change.extend_only && earlier))
    set_expiry(end);
  if (info_.idle_ttl_ms == 0)
    deadlines_.cancel(moment::idle, 0);
  return {};
}

void session::set_expiry(std::optional<wall_time> at) {
  info_.expires_at = at;
  deadlines_.cancel(moment::expiry, 0);
  if (!at)
    return;
  // Any instant a client may name lies within the range of the wall clock, but not every difference, nor the steady clock's sum.
  constexpr wall_time::duration ten_years = std::chrono::hours{24 * 366 * 10};
  const auto now = ports_.clock.wall();
  const auto left = *at <= now ? wall_time::duration{0} : std::min(*at - now, ten_years);
  deadlines_.set(moment::expiry, 0, ports_.clock.now() + left);
}

void session::on(call<close_session> event) {
  // First in line, so that it is answered even when there is nothing left to close.
  const auto wait_files = event.operation.wait_files;
  const auto reason = event.operation.reason;
  closers_.push_back(std::move(event));
  begin_close(reason, "", "session_closed");
  if (!closers_.empty() && (wait_files ? files_gone_ : gone_))
    closers_.back().answer(close_session_response{info_.closed_reason});
}

void session::on(call<get_session_stats> event) {
  if (over())
    return event.answer(no_session());
  if (!sandbox_) {
    session_stats nothing_yet;
    nothing_yet.limits = info_.limits;
    return event.answer(std::move(nothing_yet));
  }
  if (questions_.size() >= options_.max_queued_calls)
    return event.answer(error{errc::overloaded, "read stats: too many calls wait for them", {{"retry_after", "1"}}});
  const auto number = ++last_question_;
  questions_.emplace(number, std::move(event));
  deadlines_.set(moment::stats_patience, number, ports_.clock.now() + options_.kill_patience);
  sandbox_->usage([self = ports_.self, number](result<sandbox_usage> usage) {
    self->post(usage_seen{number, std::move(usage)});
  });
}

void session::on(usage_seen event) {
  auto question = questions_.extract(event.number);
  if (question.empty())
    return;
  deadlines_.cancel(moment::stats_patience, event.number);
  if (!event.usage)
    return question.mapped().answer(event.usage.error());
  session_stats stats;
  stats.processes = event.usage->processes;
  stats.memory_bytes = event.usage->memory_bytes;
  stats.cpu_ms = event.usage->cpu_ms;
  stats.disk_bytes = event.usage->disk_bytes;
  stats.output_bytes = counters_->output_bytes;
  stats.limits = info_.limits;
  stats.limits_hit = std::move(event.usage->limits_hit);
  question.mapped().answer(std::move(stats));
}

} // namespace strata
