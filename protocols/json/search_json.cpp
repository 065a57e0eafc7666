// SPDX-License-Identifier: MIT
#include "protocols/json/search_json.hpp"

#include "protocols/json/utf8.hpp"

namespace strata {

namespace {

ordered_json lines_of(const std::vector<std::string>& lines) {
  auto shown = ordered_json::array();
  for (const auto& each : lines)
    shown.push_back(replace_bad_utf8(each));
  return shown;
}

} // namespace

std::string_view to_string(wire::file_change what) noexcept {
  switch (what) {
  case wire::file_change::created: return "created";
  case wire::file_change::written: return "written";
  case wire::file_change::removed: return "removed";
  case wire::file_change::renamed: return "renamed";
  case wire::file_change::attributes: return "attributes";
  case wire::file_change::gone: return "gone";
  case wire::file_change::overflow: break;
  }
  return "overflow";
}

ordered_json to_json(const search_match& match) {
  ordered_json shown;
  put_bytes(shown, "path", match.path);
  shown["type"] = to_string(match.type);
  if (match.line == 0)
    return shown;
  shown["line"] = match.line;
  shown["column"] = match.column;
  shown["text"] = replace_bad_utf8(match.text);
  if (!match.before.empty())
    shown["before"] = lines_of(match.before);
  if (!match.after.empty())
    shown["after"] = lines_of(match.after);
  return shown;
}

ordered_json to_json(const search_page& page) {
  ordered_json shown{{"items", ordered_json::array()}, {"next_cursor", nullptr}};
  if (!page.next_cursor.empty())
    shown["next_cursor"] = cursor_text(page.next_cursor);
  for (const auto& each : page.items)
    shown["items"].push_back(to_json(each));
  shown["unreadable"] = page.unreadable;
  shown["binary"] = page.binary;
  return shown;
}

ordered_json to_json(const file_event& event, std::int64_t number) {
  ordered_json shown{{"number", number}, {"type", to_string(event.what)}};
  put_bytes(shown, "path", event.path);
  shown["directory"] = event.directory;
  if (event.what == wire::file_change::renamed)
    put_bytes(shown, "to", event.to);
  return shown;
}

ordered_json to_json(const file_event_page& page) {
  ordered_json shown{{"items", ordered_json::array()}, {"next", page.next}};
  auto number = page.first;
  for (const auto& each : page.items)
    shown["items"].push_back(to_json(each, number++));
  return shown;
}

} // namespace strata
