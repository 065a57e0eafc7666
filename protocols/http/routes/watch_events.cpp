// SPDX-License-Identifier: MIT
#include "protocols/http/routes/watch_events.hpp"

#include "protocols/http/error_response.hpp"
#include "protocols/json/search_json.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::int64_t silence_ms = 15'000;

} // namespace

watch_events::watch_events(std::shared_ptr<exchange> of, watch_files asked, const file_event_page& first)
  : of_{std::move(of)}, asked_{std::move(asked)} {
  asked_.wait_ms = silence_ms;
  ready_ = ": watching\n\n";
  say(first);
}

void watch_events::next(receiver give) {
  give_ = std::move(give);
  if (!ready_.empty() || over_)
    return boost::asio::post(of_->strand(), [self = shared_from_this()] { self->give(); });
  ask();
}

void watch_events::ask() {
  if (over_ || std::exchange(asking_, true))
    return;
  of_->follow(asked_, [weak = weak_from_this()](exchange&, result<file_event_page> page) {
    if (const auto self = weak.lock())
      self->take(std::move(page));
  });
}

void watch_events::take(result<file_event_page> page) {
  asking_ = false;
  if (over_)
    return;
  if (!page) {
    over_ = true;
    ready_ += fmt::format("event: error\ndata: {}\n\n", error_response(page.error(), {{}, of_->context.request_id}).body);
    return give();
  }
  say(*page);
  if (page->items.empty())
    ready_ += ": still watching\n\n";
  give();
}

void watch_events::say(const file_event_page& page) {
  asked_.since = page.next;
  auto number = page.first;
  for (const auto& each : page.items) {
    ready_ += fmt::format("event: change\nid: {}\ndata: {}\n\n", number, to_text(to_json(each, number)));
    ++number;
  }
}

void watch_events::give() {
  if (!give_ || (ready_.empty() && !over_))
    return;
  const auto give = std::exchange(give_, nullptr);
  if (ready_.empty())
    return give(std::nullopt);
  give(std::exchange(ready_, {}));
}

void watch_events::probe() {
  if (!give_ || !ready_.empty())
    return;
  ready_ = ": still watching\n\n";
  give();
}

void watch_events::abandon() {
  give_ = nullptr;
  over_ = true;
  of_->leave();
}

} // namespace strata
