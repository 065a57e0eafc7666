// SPDX-License-Identifier: MIT
// What happens to files, as those hear who ask for it.
#include "actors/session_file_call.hpp"

namespace strata {

namespace {

watch_table::key key_of(const watch_files& asked) { return {asked.user, asked.path, asked.recursive}; }

file_event_page page_of(const watch_files& asked, file_events events) {
  file_event_page page{std::move(events.items), events.first, 0};
  if (events.missed) {
    page.items.insert(page.items.begin(), file_event{wire::file_change::overflow, false, {}, {}});
    --page.first;
    if (page.items.size() > static_cast<std::size_t>(asked.limit))
      page.items.pop_back();
  }
  page.next = page.first + static_cast<std::int64_t>(page.items.size());
  return page;
}

} // namespace

void session::on(call<watch_files> event) {
  if (!may_begin(event))
    return;
  auto& user = event.operation.user;
  if (user.empty())
    user = user_;
  const auto since = event.operation.since;
  const auto watch = watches_.find(key_of(event.operation));
  if (watch && (!watch->ended() || since.value_or(watch->next()) < watch->next())) // else a new one tells why
    return read_watch(std::move(event), watch);
  begin_file(
    std::move(event),
    [this](const watch_files& asked, auto tell) {
      return sandbox_->files().watch(asked.user, {asked.path, asked.recursive}, std::move(tell));
    },
    [this](const call<watch_files>& held, auto outcome) {
      const auto begun = std::get<std::shared_ptr<file_watch>>(std::move(outcome));
      watches_.put(key_of(held.operation), begun);
      file_events none{{}, begun->next(), held.operation.since.has_value()};
      return page_of(held.operation, std::move(none));
    });
}

void session::read_watch(call<watch_files> event, const std::shared_ptr<file_watch>& from) {
  begin_file(
    std::move(event),
    [&from](const watch_files& asked, auto tell) {
      from->read(asked.since.value_or(from->next()), static_cast<std::size_t>(asked.limit),
                 std::chrono::milliseconds{asked.wait_ms},
                 [tell, from](file_events events) { tell(result<file_events>{std::move(events)}); });
      return std::uint64_t{0};
    },
    [this, from](const call<watch_files>& held, auto outcome) {
      return page_of(held.operation, std::get<file_events>(std::move(outcome)));
    });
}

} // namespace strata
