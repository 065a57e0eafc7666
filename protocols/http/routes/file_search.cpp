// SPDX-License-Identifier: MIT
// GET S/files/search
#include "protocols/http/routes/file_place.hpp"
#include "protocols/json/search_json.hpp"

namespace strata {

namespace {

result<search_files> decode_search(const exchange& asked) {
  search_files operation;
  STRATA_CHECK(read_path(asked, operation));
  for (const auto& [name, into] : {std::pair{"name", &operation.glob}, {"text", &operation.text}, {"regex", &operation.regex}})
    if (const auto* value = find_parameter(asked.query, name))
      *into = *value;
  STRATA_TRY(operation.ignore_case, read_flag(asked.query, "ignore_case"));
  if (find_parameter(asked.query, "hidden")) {
    STRATA_TRY(operation.hidden, read_flag(asked.query, "hidden"));
  }
  for (const auto& [name, into] :
       {std::pair{"context", &operation.context}, {"limit", &operation.limit}, {"max_bytes", &operation.max_bytes}}) {
    STRATA_TRY(const auto value, read_number(asked.query, name));
    *into = value.value_or(*into);
  }
  if (const auto* cursor = find_parameter(asked.query, "cursor")) {
    STRATA_TRY(operation.cursor, read_cursor(*cursor));
  }
  return operation;
}

} // namespace

void serve_search_files(exchange& asked) {
  auto operation = decode_search(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const search_page& page) { to.answer(to_json(page)); });
}

} // namespace strata
