// SPDX-License-Identifier: MIT
// WebSockets to terminals and other processes.
#include "protocols/http/error_response.hpp"
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"
#include "protocols/http/routes/output_place.hpp"
#include "protocols/ws/shell_socket.hpp"

#include <algorithm>

namespace strata {

namespace {

bool has_token(std::string_view list, std::string_view token) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  for (auto rest = list; !rest.empty();) {
    const auto comma = rest.find(',');
    auto word = rest.substr(0, comma);
    while (!word.empty() && (word.front() == ' ' || word.front() == '\t'))
      word.remove_prefix(1);
    while (!word.empty() && (word.back() == ' ' || word.back() == '\t'))
      word.remove_suffix(1);
    if (std::equal(word.begin(), word.end(), token.begin(), token.end(), same))
      return true;
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return false;
}

/// RFC 6455 §4.2.1. Nothing: the request is a handshake; else the answer to it.
std::optional<http_response> refuse_handshake(const http_request& request) {
  http_response answer;
  answer.content_type = "text/plain; charset=utf-8";
  answer.status = 426;
  answer.headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
  if (request.version != 11 || !has_token(request.header("upgrade"), "websocket")
      || !has_token(request.header("connection"), "upgrade"))
    answer.body = "this is a WebSocket\n";
  else if (request.header("sec-websocket-version") != "13")
    answer.body = "only version 13 of the WebSocket protocol is spoken here\n";
  else if (const auto key = request.header("sec-websocket-key");
           key.size() == 24 && key.ends_with("==") && request.count("sec-websocket-key") == 1)
    return std::nullopt;
  else {
    answer.status = 400;
    answer.headers.clear();
    answer.body = "Sec-WebSocket-Key is not 16 bytes in base64\n";
  }
  return answer;
}

result<std::optional<std::uint16_t>> read_side(const query_list& query, std::string_view name) {
  STRATA_TRY(const auto value, read_number(query, name));
  if (!value)
    return std::optional<std::uint16_t>{};
  if (*value < 1 || *value > 1000)
    return error{errc::invalid_argument, std::string{name} + " is not between 1 and 1000"};
  return std::optional{static_cast<std::uint16_t>(*value)};
}

result<bool> read_only(const exchange& asked) {
  const auto* view = find_parameter(asked.query, "view");
  if (view && *view != "rw" && *view != "ro")
    return error{errc::invalid_argument, "view is neither rw nor ro"};
  return view && *view == "ro";
}

result<attach_terminal> decode_terminal(const exchange& asked) {
  attach_terminal operation;
  STRATA_TRY(operation.session, session_of(asked));
  STRATA_TRY(operation.cols, read_side(asked.query, "cols"));
  STRATA_TRY(operation.rows, read_side(asked.query, "rows"));
  STRATA_TRY(operation.since, read_number(asked.query, "since"));
  STRATA_TRY(operation.read_only, read_only(asked));
  if (const auto* manner = find_parameter(asked.query, "lag")) {
    if (*manner != "skip" && *manner != "catch_up")
      return error{errc::invalid_argument, "lag is neither skip nor catch_up"};
    operation.skip_when_behind = *manner == "skip";
  }
  if (const auto* create = find_parameter(asked.query, "create"))
    operation.create = *create;
  return operation;
}

result<attach_process> decode_process(const exchange& asked) {
  attach_process operation;
  STRATA_CHECK(read_output_place(asked, operation));
  STRATA_TRY(operation.read_only, read_only(asked));
  if (const auto* manner = find_parameter(asked.query, "lag"))
    operation.lag = *manner;
  return operation;
}

template <class Operation> void serve(exchange& asked, result<Operation> operation, shell_mode by_default) {
  auto choice = choose_shell_mode(asked, by_default);
  if (!operation || !choice) { // as text: the seed's way before the upgrade
    http_response answer;
    answer.status = 400;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = (!operation ? operation.error() : choice.error()).message + "\n";
    return asked.answer(std::move(answer));
  }
  if (auto refused = refuse_handshake(asked.request))
    return asked.answer(std::move(*refused));
  asked.context.protocol = "websocket";
  shell_socket::setup how{asked.shared_from_this(), std::move(*operation), std::move(*choice)};
  http_response answer;
  answer.status = 101;
  answer.upgrade = [how = std::move(how)](connection_socket socket, std::string beyond, std::function<void()> over) {
    return std::make_shared<shell_socket>(how, std::move(socket), std::move(beyond), std::move(over));
  };
  asked.answer(std::move(answer));
}

} // namespace

void serve_shell_socket(exchange& asked) { serve(asked, decode_terminal(asked), shell_mode::seed); }

void serve_terminal_socket(exchange& asked) {
  auto operation = decode_terminal(asked);
  if (operation)
    operation->terminal = asked.path[2];
  serve(asked, std::move(operation), shell_mode::seed);
}

void serve_process_socket(exchange& asked) { serve(asked, decode_process(asked), shell_mode::streams); }

} // namespace strata
