// SPDX-License-Identifier: MIT
// S/processes: start, list, look at, signal and end.
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/json/process_json.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

error bad_parameter(std::string_view name, std::string_view expected) {
  return error{errc::invalid_argument, fmt::format("{}: expected {}", name, expected), {{"field", std::string{name}}}};
}

/// Words with commas between, once or several times.
template <class Value, class Parse>
result<std::vector<Value>> read_words(const query_list& query, std::string_view name, Parse parse, std::string_view expected) {
  std::vector<Value> values;
  for (const auto& [key, text] : query) {
    if (key != name)
      continue;
    for (std::string_view rest = text;;) {
      const auto comma = rest.find(',');
      const auto value = parse(rest.substr(0, comma));
      if (!value)
        return bad_parameter(name, expected);
      values.push_back(*value);
      if (comma == rest.npos)
        break;
      rest.remove_prefix(comma + 1);
    }
  }
  return values;
}

result<bool> read_flag(const query_list& query, std::string_view name) {
  const auto* text = find_parameter(query, name);
  if (text == nullptr || *text == "false" || *text == "0")
    return false;
  if (*text != "true" && *text != "1")
    return bad_parameter(name, "true or false");
  return true;
}

/// The operations on one process all name it so.
template <class Operation> result<Operation> on_process(const exchange& asked) {
  Operation operation;
  STRATA_TRY(operation.session, session_of(asked));
  operation.process = asked.path[2];
  return operation;
}

result<start_process> decode_start(const exchange& asked) {
  STRATA_TRY(auto session, session_of(asked));
  STRATA_TRY(auto operation, read_start_process(asked.request.body));
  operation.session = std::move(session);
  return operation;
}

result<list_processes> decode_process_list(const exchange& asked) {
  list_processes operation;
  STRATA_TRY(operation.session, session_of(asked));
  STRATA_TRY(operation.states, read_words<process_state>(asked.query, "state", parse_process_state, "queued, running or ended"));
  STRATA_TRY(operation.kinds, read_words<process_kind>(asked.query, "kind", parse_process_kind, "exec, process or terminal"));
  if (const auto* tag = find_parameter(asked.query, "tag"))
    operation.tag = *tag;
  if (const auto* cursor = find_parameter(asked.query, "cursor"))
    operation.cursor = *cursor;
  STRATA_TRY(const auto limit, read_number(asked.query, "limit"));
  operation.limit = limit.value_or(operation.limit);
  return operation;
}

result<get_process> decode_get(const exchange& asked) {
  STRATA_TRY(auto operation, on_process<get_process>(asked));
  STRATA_TRY(const auto wait, read_number(asked.query, "wait_ms"));
  operation.wait_ms = wait.value_or(0);
  return operation;
}

result<end_process> decode_end(const exchange& asked) {
  STRATA_TRY(auto operation, on_process<end_process>(asked));
  STRATA_TRY(const auto grace, read_number(asked.query, "grace_ms"));
  operation.grace_ms = grace.value_or(operation.grace_ms);
  STRATA_TRY(operation.purge, read_flag(asked.query, "purge"));
  return operation;
}

result<signal_process> decode_signal(const exchange& asked) {
  STRATA_TRY(auto named, on_process<signal_process>(asked));
  STRATA_TRY(auto operation, read_signal_process(asked.request.body));
  operation.session = std::move(named.session);
  operation.process = std::move(named.process);
  return operation;
}

void show(exchange& to, const process_info& process) { to.answer(to_json(process)); }

} // namespace

void serve_start_process(exchange& asked) {
  auto operation = decode_start(asked);
  if (!operation)
    return asked.fail(operation.error());
  auto place = place_of(operation->session);
  asked.call(std::move(*operation), [place = std::move(place)](exchange& to, const process_info& process) {
    to.answer_headers.emplace_back("Location", fmt::format("{}/processes/{}", place, percent_encode(process.id)));
    to.answer(to_json(process), 201);
  });
}

void serve_list_processes(exchange& asked) {
  auto operation = decode_process_list(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const process_page& page) { to.answer(to_json(page)); });
}

void serve_get_process(exchange& asked) {
  auto operation = decode_get(asked);
  operation ? asked.call(std::move(*operation), show) : asked.fail(operation.error());
}

void serve_end_process(exchange& asked) {
  auto operation = decode_end(asked);
  operation ? asked.call(std::move(*operation), show) : asked.fail(operation.error());
}

void serve_signal_process(exchange& asked) {
  auto operation = decode_signal(asked);
  if (!operation)
    return asked.fail(operation.error());
  asked.call(std::move(*operation), [](exchange& to, const signalled_process&) { to.answer_nothing(); });
}

} // namespace strata
