// SPDX-License-Identifier: MIT
#include "protocols/mcp/admission.hpp"

#include "protocols/json/base64.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace strata {

namespace {

bool is_json(std::string_view content_type) {
  auto type = std::string{content_type.substr(0, content_type.find(';'))};
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
    type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return type == "application/json";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

/// A header's value; "=?base64?…?=" carries what a header cannot.
std::string header_text(std::string_view value) {
  value = trimmed(value);
  constexpr std::string_view open = "=?base64?", close = "?=";
  if (value.size() >= open.size() + close.size() && value.starts_with(open) && value.ends_with(close)) {
    value.remove_prefix(open.size());
    value.remove_suffix(close.size());
    if (auto bytes = base64_decode(value))
      return *bytes;
  }
  return std::string{value};
}

/// What Mcp-Name must repeat; nothing: the method has no name.
const json* named_by(const rpc_message& message) {
  const char* member = message.method == "tools/call" || message.method == "prompts/get" ? "name"
                       : message.method == "resources/read"                              ? "uri"
                                                                                         : nullptr;
  if (member == nullptr)
    return nullptr;
  const auto found = message.params.find(member);
  return found == message.params.end() ? nullptr : &*found;
}

rpc_fault unsupported_version(const json& id, std::string_view requested) {
  json supported = json::array();
  for (const auto version : mcp_versions)
    supported.push_back(version);
  return {rpc_code::unsupported_version, fmt::format("protocol version {} is not supported", json(requested).dump()), id,
          json{{"supported", std::move(supported)}, {"requested", requested}}};
}

bool is_known(std::string_view version) {
  return std::find(mcp_versions.begin(), mcp_versions.end(), version) != mcp_versions.end();
}

std::optional<http_response> check_header(const exchange& asked, const json& id, const char* name, const json* said) {
  const auto count = asked.request.count(name);
  const auto fault = [&](const std::string& text) { return fault_response(400, {rpc_code::header_mismatch, text, id, {}}); };
  if (said == nullptr || !said->is_string())
    return std::nullopt;
  if (count != 1)
    return fault(fmt::format("header {} is {}", name, count == 0 ? "missing" : "given more than once"));
  if (header_text(asked.request.header(name)) != said->get_ref<const std::string&>())
    return fault(fmt::format("header {} does not say what the body says", name));
  return std::nullopt;
}

std::variant<mcp_call, http_response> admit_modern(const exchange& asked, rpc_message message) {
  const auto& meta = meta_of(message.params);
  const auto version = meta.find(meta_version);
  const auto bad = [&](std::string text) {
    return fault_response(400, {rpc_code::invalid_params, std::move(text), message.id, {}});
  };
  if (version == meta.end() || !version->is_string())
    return bad(fmt::format("_meta.{} is missing", meta_version));
  if (auto refused = check_header(asked, message.id, "mcp-protocol-version", &*version))
    return std::move(*refused);
  if (const auto text = version->get<std::string>(); text != mcp_versions[0])
    return fault_response(400, unsupported_version(message.id, text));
  if (const auto capabilities = meta.find(meta_capabilities); capabilities == meta.end() || !capabilities->is_object())
    return bad(fmt::format("_meta.{} is missing", meta_capabilities));
  const json method = message.method;
  if (auto refused = check_header(asked, message.id, "mcp-method", &method))
    return std::move(*refused);
  if (auto refused = check_header(asked, message.id, "mcp-name", named_by(message)))
    return std::move(*refused);
  return mcp_call{std::move(message), true, {}};
}

std::variant<mcp_call, http_response> admit_older(const exchange& asked, mcp_sessions& sessions, rpc_message message) {
  const auto fault = [&](int status, std::string text) {
    return fault_response(status, {rpc_code::invalid_request, std::move(text), message.id, {}});
  };
  if (message.method == "initialize")
    return mcp_call{std::move(message), false, {}};
  const auto session = trimmed(asked.request.header("mcp-session-id"));
  if (!is_mcp_session_id(session))
    return fault(400, "Invalid session ID");
  if (!sessions.touch(session))
    return fault(404, "session not found: initialize again");
  return mcp_call{std::move(message), false, std::string{session}};
}

} // namespace

const json& meta_of(const json& params) {
  static const json none = json::object();
  const auto found = params.find("_meta");
  return found != params.end() && found->is_object() ? *found : none;
}

http_response fault_response(int status, const rpc_fault& fault) {
  http_response response;
  response.status = status;
  response.body = to_text(rpc_error(fault));
  return response;
}

std::variant<mcp_call, http_response> admit(const exchange& asked, mcp_sessions& sessions) {
  if (!is_json(asked.request.header("content-type")))
    return fault_response(400, {rpc_code::invalid_request, "Content-Type must be application/json", {}, {}});
  auto read = read_rpc(asked.request.body);
  if (const auto* fault = std::get_if<rpc_fault>(&read))
    return fault_response(400, *fault);
  auto& message = std::get<rpc_message>(read);
  const auto version = trimmed(asked.request.header("mcp-protocol-version"));
  if (version == mcp_versions[0] || meta_of(message.params).contains(meta_version))
    return admit_modern(asked, std::move(message));
  if (!version.empty() && !is_known(version))
    return fault_response(400, unsupported_version(message.id, version));
  return admit_older(asked, sessions, std::move(message));
}

} // namespace strata
