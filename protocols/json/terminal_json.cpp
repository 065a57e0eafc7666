// SPDX-License-Identifier: MIT
#include "protocols/json/terminal_json.hpp"

#include "protocols/json/field_reader.hpp"

namespace strata {

ordered_json to_json(const screen_shot& shot) {
  const auto& page = shot.page;
  const auto& view = page.view;
  ordered_json shown{
    {"id", shot.id}, {"name", shot.name}, {"cols", page.size.cols}, {"rows", page.size.rows}, {"lines", view.lines}};
  if (!view.styled.empty())
    shown["styled"] = view.styled;
  shown["cursor"] = {{"row", view.cursor_row}, {"col", view.cursor_col}, {"visible", view.cursor_visible}};
  shown["title"] = view.title;
  shown["alternate"] = view.alternate;
  shown["version"] = page.version;
  shown["offset"] = page.offset;
  shown["incomplete"] = page.incomplete;
  shown["state"] = to_string(shot.state);
  return shown;
}

std::string screen_text(const screen_shot& shot, bool styled) {
  std::string text;
  for (const auto& line : styled ? shot.page.view.styled : shot.page.view.lines)
    text += line + '\n';
  return text;
}

result<open_terminal> read_open_terminal(std::string_view body) {
  open_terminal request;
  if (body.empty())
    return request;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, request, member_rules::strict));
  return request;
}

result<resize_terminal> read_resize_terminal(std::string_view body) {
  resize_terminal request;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, request, member_rules::strict));
  return request;
}

} // namespace strata
