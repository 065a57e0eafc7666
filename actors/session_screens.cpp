// SPDX-License-Identifier: MIT
#include "actors/refusals.hpp"
#include "actors/session.hpp"
#include "isolation/terminal/key_name.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

using std::chrono::milliseconds;

/// Screens of one session that stay in memory when they were looked at.
constexpr std::size_t kept_screens = 4;
/// With quiet_ms alone: a program that never stands still is answered for all the same.
constexpr std::int64_t usual_patience_ms = 3000;

/// That terminal's screen is used now; the one that was used least lately rests, when there are too many.
void use_screen(std::vector<std::uint64_t>& screens, process_table& processes, const process_record& terminal) {
  std::erase(screens, terminal.number);
  screens.insert(screens.begin(), terminal.number);
  if (screens.size() <= kept_screens)
    return;
  if (auto* other = processes.find(screens.back()))
    other->screen->rest();
  screens.pop_back();
}

} // namespace

void session::on(call<get_screen> event) {
  if (over())
    return event.answer(no_session());
  const auto& asked = event.operation;
  auto found = processes_.find(asked.process);
  if (!found)
    return event.answer(found.error());
  auto& terminal = **found;
  if (!terminal.screen)
    return event.answer(error{errc::terminal_not_found, fmt::format("process {} has no terminal", terminal.info.id)});
  const auto size = *terminal.info.terminal;
  if (size.cols * size.rows > live_screen::max_cells)
    return event.answer(error{errc::too_large, fmt::format("show screen of terminal {}: {} x {} are more than {} cells",
                                                           terminal.info.name, size.cols, size.rows, live_screen::max_cells)});
  if (screen_waits_.size() >= options_.max_queued_calls)
    return event.answer(error{errc::overloaded, "show screen: too many calls wait", {{"retry_after", "1"}}});
  touch();
  use_screen(screens_, processes_, terminal);
  const auto number = ++last_wait_;
  const auto patience = asked.wait_ms.value_or(asked.quiet_ms > 0 ? usual_patience_ms : 0);
  const auto seen = patience > 0 ? asked.version : std::nullopt;
  if (patience > 0)
    deadlines_.set(moment::screen_wait, number, ports_.clock.now() + milliseconds{patience});
  event.ticket->attach([self = ports_.self, id = event.context.call_id] { self->post(client_gone{id}); });
  screen_waits_.emplace(number, screen_look{std::move(event), terminal.number, -1, false, patience <= 0});
  look(number, seen);
}

void session::look(std::uint64_t number, std::optional<std::int64_t> seen) {
  const auto& waiting = screen_waits_.at(number);
  auto* terminal = processes_.find(waiting.process);
  if (!terminal)
    return;
  terminal->screen->look(number, seen, waiting.asked.operation.styled, [self = ports_.self, number](result<screen_page> page) {
    self->post(screen_seen{number, std::move(page)});
  });
}

void session::on(screen_seen event) {
  const auto found = screen_waits_.find(event.number);
  if (found == screen_waits_.end())
    return;
  auto& waiting = found->second;
  if (!event.page)
    return answer_look(found, event.page.error());
  const auto quiet = waiting.asked.operation.quiet_ms;
  const bool same = std::exchange(waiting.version, event.page->version) == event.page->version;
  const bool settled = quiet <= 0 || (std::exchange(waiting.still, false) && same);
  if (!settled && !waiting.over && !event.page->ended && processes_.find(waiting.process)) {
    deadlines_.set(moment::screen_quiet, event.number, ports_.clock.now() + milliseconds{quiet});
    return look(event.number, event.page->version);
  }
  const auto* terminal = processes_.find(waiting.process);
  if (!terminal)
    return answer_look(found, error{errc::terminal_not_found, "terminal was forgotten meanwhile"});
  answer_look(found, screen_shot{terminal->info.id, terminal->info.name, terminal->info.state, std::move(*event.page)});
}

void session::answer_look(std::map<std::uint64_t, screen_look>::iterator look, result<screen_shot> answer) {
  for (auto what : {moment::screen_quiet, moment::screen_wait})
    deadlines_.cancel(what, look->first);
  auto asked = std::move(look->second.asked);
  screen_waits_.erase(look);
  touch();
  asked.answer(std::move(answer));
}

/// Input with keys: what a key is may depend on what the program asked the terminal for, so the screen is asked.
void session::type(process_record& terminal, call<write_stdin> event) {
  if (!terminal.screen)
    return event.answer(
      error{errc::invalid_argument,
            fmt::format("write input of process {}: it has no terminal, so there are no keys", terminal.info.id),
            {{"field", "keys"}}});
  std::vector<key> keys;
  std::string plain;
  bool all_plain = true;
  for (const auto& name : event.operation.keys) {
    auto pressed = parse_key(name);
    if (!pressed)
      return event.answer(pressed.error());
    const auto bytes = plain_bytes(*pressed);
    all_plain = all_plain && bytes;
    plain += bytes.value_or("");
    keys.push_back(std::move(*pressed));
  }
  if (typing_.size() >= options_.max_queued_calls)
    return event.answer(error{errc::overloaded, "write input: too many calls wait", {{"retry_after", "1"}}});
  const auto number = ++last_wait_;
  typing_.emplace(number, std::move(event));
  if (all_plain)
    return on(keys_encoded{number, std::move(plain)});
  use_screen(screens_, processes_, terminal);
  terminal.screen->encode(number, std::move(keys), [self = ports_.self, number](result<std::string> bytes) {
    self->post(keys_encoded{number, std::move(bytes)});
  });
}

void session::on(keys_encoded event) {
  auto typed = typing_.extract(event.number);
  if (typed.empty())
    return;
  if (!event.bytes)
    return typed.mapped().answer(event.bytes.error());
  typed.mapped().operation.bytes += *event.bytes;
  typed.mapped().operation.keys.clear();
  on(std::move(typed.mapped()));
}

} // namespace strata
