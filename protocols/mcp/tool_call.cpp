// SPDX-License-Identifier: MIT
#include "protocols/mcp/tool_call.hpp"

#include "protocols/http/identity.hpp"
#include "protocols/http/query.hpp"
#include "protocols/json/utf8.hpp"

namespace strata {

namespace {

ordered_json text_block(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

} // namespace

tool_call::~tool_call() {
  if (!answered_)
    reply_->fault(-32603, "the call was not answered", 500);
}

json tool_call::progress_token() const {
  const auto& meta = meta_of(reply_->call().message.params);
  const auto token = meta.find("progressToken");
  const bool usable = token != meta.end() && (token->is_string() || token->is_number_integer());
  return usable && reply_->can_notify() ? *token : json{};
}

result<void> tool_call::allow_only(std::initializer_list<std::string_view> names) const {
  return refuse_unknown({}, arguments_, {names.begin(), names.end()}, {});
}

result<session_key> tool_call::identity() const {
  session_key key;
  STRATA_CHECK(read("owner_id", key.owner_id));
  STRATA_CHECK(read("session_id", key.session_id));
  if (key.owner_id.empty())
    STRATA_CHECK(read("uid", key.owner_id));
  if (key.session_id.empty())
    STRATA_CHECK(read("sid", key.session_id));
  STRATA_TRY(auto found, identify(std::move(key), http().request, identity_rule::headers_win));
  const auto fill = [this](std::string& id, std::string_view parameter) {
    const auto* const fallback = find_parameter(http().query, parameter);
    if (id.empty() && fallback != nullptr)
      id = *fallback;
  };
  fill(found.owner_id, "owner");
  fill(found.session_id, "session");
  return found;
}

void tool_call::begins() {
  const auto& call = reply_->call();
  if (call.session.empty())
    return;
  running_ = call.message.id.dump();
  http().facts.mcp.begin(call.session, running_, [weak = std::weak_ptr{http().shared_from_this()}] {
    auto asked = weak.lock();
    if (asked)
      boost::asio::post(asked->strand(), [asked] { asked->leave(); });
  });
}

void tool_call::ended() {
  if (!running_.empty())
    http().facts.mcp.end(reply_->call().session, running_);
  running_.clear();
}

void tool_call::give(ordered_json result) {
  answered_ = true;
  reply_->result(std::move(result));
}

void tool_call::refuse(int code, std::string message, int status, json data) {
  answered_ = true;
  reply_->fault(code, std::move(message), status, std::move(data));
}

void tool_call::succeed(ordered_json structured, const std::vector<std::string>& texts, ordered_json link) {
  auto content = ordered_json::array();
  for (const auto& text : texts)
    content.push_back(text_block(text));
  if (!link.is_null())
    content.push_back(std::move(link));
  succeed_with(std::move(structured), std::move(content));
}

void tool_call::succeed_with(ordered_json structured, ordered_json content) {
  give({{"content", std::move(content)}, {"structuredContent", std::move(structured)}, {"isError", false}});
}

void tool_call::fail(const error& failure, std::string_view prefix) {
  fail(std::string{prefix} + std::string{to_string(failure.code)} + ": " + failure.message);
}

void tool_call::fail(const std::string& text) {
  give({{"content", ordered_json::array({text_block(replace_bad_utf8(text))})}, {"isError", true}});
}

} // namespace strata
