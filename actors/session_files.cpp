// SPDX-License-Identifier: MIT
#include "actors/session_file_call.hpp"

#include <utility>

namespace strata {

namespace {

using wire::files_message;

constexpr auto info_of = [](const auto& asked, file_answer answer) {
  return file_result{std::move(answer.info), asked.session_created, {}};
};

/// Of a cursor of search_files: a path, and behind a NUL the line in it.
result<std::pair<std::string, std::uint32_t>> place_in(const std::string& cursor) {
  const auto nul = cursor.find('\0');
  std::pair<std::string, std::uint32_t> place{cursor.substr(0, nul), 0};
  for (auto at = nul == cursor.npos ? cursor.size() : nul + 1; at < cursor.size(); ++at) {
    if (cursor[at] < '0' || cursor[at] > '9' || place.second > 400'000'000)
      return error{errc::invalid_argument, "cursor is none of this search", {{"field", "cursor"}}};
    place.second = place.second * 10 + static_cast<std::uint32_t>(cursor[at] - '0');
  }
  return place;
}

} // namespace

void session::on(file_told event) {
  auto found = files_.extract(event.number);
  if (found.empty())
    return;
  touch();
  found.mapped().tell(std::move(event));
}

/// Held by whoever reads or writes the bytes of a file.
std::shared_ptr<void> session::hold_for_file() {
  ++open_files_;
  return {nullptr, [self = ports_.self](void*) { self->post(file_released{}); }};
}

void session::on(file_released) {
  --open_files_;
  touch();
}

void session::fail_files(const error& why) {
  for (auto& [number, file] : std::exchange(files_, {})) {
    sandbox_->files().cancel(file.asked);
    file.tell(why);
  }
}

void session::on(call<stat_file> event) {
  if (!may_begin(event))
    return;
  const wire::files_stat body{event.operation.path, event.operation.follow};
  ask_file(std::move(event), files_message::stat, body, info_of);
}

void session::on(call<list_files> event) {
  if (!may_begin(event))
    return;
  const auto& asked = event.operation;
  const wire::files_list body{asked.path, static_cast<std::uint32_t>(asked.depth), static_cast<std::uint32_t>(asked.limit),
                              asked.hidden, asked.cursor};
  ask_file(std::move(event), files_message::list, body, [](const auto&, file_answer answer) {
    file_page page{std::move(answer.page.entries), {}, answer.page.unreadable};
    if (answer.page.more && !page.items.empty())
      page.next_cursor = page.items.back().path;
    return page;
  });
}

void session::on(call<make_directory> event) {
  if (!may_begin(event))
    return;
  const auto& asked = event.operation;
  const wire::files_make_directory body{asked.path, bits_of(asked.mode), asked.parents};
  ask_file(std::move(event), files_message::make_directory, body, [uid = info_.uid](const auto& held, file_answer answer) {
    return file_result{std::move(answer.info), held.session_created, uid};
  });
}

void session::on(call<move_file> event) {
  if (!may_begin(event))
    return;
  const wire::files_transfer body{event.operation.from, event.operation.to, event.operation.overwrite};
  ask_file(std::move(event), files_message::move, body, info_of);
}

void session::on(call<copy_file> event) {
  if (!may_begin(event))
    return;
  const wire::files_transfer body{event.operation.from, event.operation.to, event.operation.overwrite};
  ask_file(std::move(event), files_message::copy, body, info_of);
}

void session::on(call<remove_file> event) {
  if (!may_begin(event))
    return;
  const wire::files_remove body{event.operation.path, event.operation.recursive};
  ask_file(std::move(event), files_message::remove, body, [](const auto&, const file_answer&) { return removed_file{}; });
}

void session::on(call<set_file_attributes> event) {
  if (!may_begin(event))
    return;
  const auto& asked = event.operation;
  const wire::files_set_attributes body{asked.path, bits_of(asked.mode), asked.owner, asked.mtime_ns.has_value(),
                                        asked.mtime_ns.value_or(0)};
  ask_file(std::move(event), files_message::set_attributes, body, info_of);
}

void session::on(call<make_symlink> event) {
  if (!may_begin(event))
    return;
  const wire::files_make_link body{event.operation.path, event.operation.target, event.operation.overwrite};
  ask_file(std::move(event), files_message::make_link, body, info_of);
}

void session::on(call<edit_file> event) {
  if (!may_begin(event))
    return;
  wire::files_edit body{event.operation.path, {}, event.operation.if_match};
  for (const auto& each : event.operation.edits)
    body.steps.push_back({each.old_text, each.new_text, each.all});
  ask_file(std::move(event), files_message::edit, body, [](const auto&, file_answer answer) {
    return edited_file{std::move(answer.edited.info), answer.edited.replaced, std::move(answer.edited.hunks)};
  });
}

void session::on(call<search_files> event) {
  if (!may_begin(event))
    return;
  const auto& asked = event.operation;
  const auto place = place_in(asked.cursor);
  if (!place)
    return event.answer(place.error());
  const auto number = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  const wire::files_search body{asked.path,
                                asked.glob,
                                asked.text,
                                asked.regex,
                                asked.ignore_case,
                                asked.hidden,
                                number(asked.context),
                                number(asked.limit),
                                number(asked.max_bytes),
                                place->first,
                                place->second};
  ask_file(std::move(event), files_message::search, body, [](const auto&, file_answer answer) {
    auto& found = answer.found;
    search_page page{std::move(found.matches), {}, found.unreadable, found.binary};
    if (found.more)
      page.next_cursor = found.after_path + '\0' + std::to_string(found.after_line);
    return page;
  });
}

} // namespace strata
