// SPDX-License-Identifier: MIT
#include "protocols/json/shell_json.hpp"

#include "protocols/json/field_reader.hpp"

namespace strata {

ordered_json to_json(const shell_info& shell) {
  return ordered_json{
    {"name", shell.name}, {"created", shell.created}, {"pid", shell.pid},       {"cwd", shell.cwd},
    {"user", shell.user}, {"holder", shell.holder},   {"queued", shell.queued},
  };
}

ordered_json to_json(const shell_list& shells) {
  auto items = ordered_json::array();
  for (const auto& shell : shells.items)
    items.push_back(to_json(shell));
  return ordered_json{{"items", std::move(items)}, {"next_cursor", nullptr}};
}

result<open_shell> read_open_shell(std::string_view body) {
  open_shell request;
  if (body.empty())
    return request;
  STRATA_TRY(auto object, read_object(body, trailing_bytes::refused));
  STRATA_CHECK(read_fields(object, request, member_rules::strict));
  return request;
}

} // namespace strata
