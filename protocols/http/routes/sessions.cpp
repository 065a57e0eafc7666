// SPDX-License-Identifier: MIT
// The collection: POST and GET /api/sessions.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/json/session_json.hpp"
#include "protocols/json/times.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

error bad_parameter(std::string_view name, std::string_view expected) {
  return error{errc::invalid_argument, fmt::format("{}: expected {}", name, expected), {{"field", std::string{name}}}};
}

result<create_session> decode_create(const exchange& asked) {
  STRATA_TRY(auto operation, read_create(asked.request.body));
  STRATA_TRY(operation.key, identify(std::move(operation.key), asked.request, asked.identity));
  return operation;
}

/// "ready,failed", once or several times.
result<void> read_states(const std::string& text, std::vector<session_state>& into) {
  for (std::string_view rest = text;;) {
    auto comma = rest.find(',');
    auto state = parse_session_state(rest.substr(0, comma));
    if (!state)
      return bad_parameter("state", "creating, ready, frozen, stopped, closing, closed or failed, with commas between");
    if (std::find(into.begin(), into.end(), *state) == into.end())
      into.push_back(*state);
    if (comma == rest.npos)
      return {};
    rest.remove_prefix(comma + 1);
  }
}

result<void> read_text_parameter(const std::string& name, const std::string& value, list_sessions& into) {
  if (name == "owner") {
    into.owner = value;
  } else if (name == "uid") {
    into.uid = value;
  } else if (name == "base") {
    into.base = value;
  } else if (name == "cursor") {
    into.cursor = value;
  } else if (name == "state") {
    return read_states(value, into.states);
  } else if (name.starts_with("meta.")) {
    into.metadata.emplace(name.substr(5), value);
  } else if (name == "order") {
    if (value != "created_desc" && value != "created_asc")
      return bad_parameter("order", "created_desc or created_asc");
    into.newest_first = value == "created_desc";
  } else if (name == "created_after") {
    into.created_after = parse_time(value);
    if (!into.created_after)
      return bad_parameter("created_after", "a time as in RFC 3339");
  }
  return {};
}

result<list_sessions> decode_session_list(const query_list& query) {
  list_sessions operation;
  for (const auto& [name, value] : query)
    STRATA_CHECK(read_text_parameter(name, value, operation));
  STRATA_TRY(auto limit, read_number(query, "limit"));
  operation.limit = limit.value_or(operation.limit);
  return operation;
}

} // namespace

void serve_create_session(exchange& asked) {
  auto operation = decode_create(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const session_info& session) { to.answer(to_json(session)); });
}

void serve_list_sessions(exchange& asked) {
  auto operation = decode_session_list(asked.query);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const session_page& page) { to.answer(to_json(page)); });
}

} // namespace strata
