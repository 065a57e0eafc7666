// SPDX-License-Identifier: MIT
#include "protocols/mcp/rpc_message.hpp"

namespace strata {

namespace {

constexpr std::size_t longest_id = 256;

bool is_id(const json& value) {
  return value.is_number_integer() || (value.is_string() && value.get_ref<const std::string&>().size() <= longest_id);
}

} // namespace

std::variant<rpc_message, rpc_fault> read_rpc(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first != body.npos && body[first] == '[')
    return rpc_fault{rpc_code::invalid_request, "batches of messages are not supported", {}, {}};
  auto object = read_object(body, trailing_bytes::refused);
  if (!object)
    return rpc_fault{rpc_code::parse_error, "parse message: it is not a JSON object", {}, {}};
  rpc_message message;
  if (const auto id = object->find("id"); id != object->end() && is_id(*id))
    message.id = *id;
  const auto invalid = [&](std::string why) { return rpc_fault{rpc_code::invalid_request, std::move(why), message.id, {}}; };
  if (object->contains("id") && message.id.is_null())
    return invalid("id: expected a text of at most 256 bytes or a whole number");
  if (object->value("jsonrpc", json{}) != "2.0")
    return invalid("jsonrpc: expected \"2.0\"");
  const auto method = object->find("method");
  if (method == object->end()) {
    message.what = rpc_message::kind::response;
    if (message.id.is_null() || object->contains("result") == object->contains("error"))
      return invalid("method is missing");
    return message;
  }
  if (!method->is_string())
    return invalid("method: expected a text");
  message.method = method->get<std::string>();
  message.what = message.id.is_null() ? rpc_message::kind::notification : rpc_message::kind::request;
  if (const auto params = object->find("params"); params != object->end() && !params->is_null()) {
    if (!params->is_object())
      return rpc_fault{rpc_code::invalid_params, "params: expected an object", message.id, {}};
    message.params = std::move(*params);
  }
  return message;
}

ordered_json rpc_result(const json& id, ordered_json result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

ordered_json rpc_error(const rpc_fault& fault) {
  ordered_json body{{"jsonrpc", "2.0"}, {"id", fault.id}, {"error", {{"code", fault.code}, {"message", fault.message}}}};
  if (!fault.data.is_null())
    body["error"]["data"] = fault.data;
  return body;
}

ordered_json rpc_notification(std::string_view method, ordered_json params) {
  return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

} // namespace strata
