// SPDX-License-Identifier: MIT
#include "cli/mcp/bridge.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

namespace strata::client {

namespace asio = boost::asio;

namespace {

using json = nlohmann::ordered_json;

constexpr int parse_error = -32700, invalid_request = -32600, server_error = -32000; // JSON-RPC 2.0, section 5.1

json member(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : json{};
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : std::string{}; }

/// The revision that a message of the stateless era names in itself.
std::string version_in(const json& message) {
  return text_of(member(member(member(message, "params"), "_meta"), "io.modelcontextprotocol/protocolVersion"));
}

/// What a name may be as a header's value; another one would need an encoding that no tool's name needs.
bool is_header_text(const std::string& text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' '
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

struct mcp_bridge::call {
  explicit call(const asio::any_io_executor& on) : post{on} {}
  json message;
  std::string line;
  std::string version; ///< of the stateless era; empty: of the older one
  mcp_post post;
  bool answered = false;
  bool cancelled = false;
  [[nodiscard]] json id() const { return message.contains("method") ? member(message, "id") : json{}; }
};

mcp_bridge::mcp_bridge(asio::io_context& io, mcp_endpoint to, std::function<void(const std::string&)> write)
  : io_{io}, to_{std::move(to)}, write_{std::move(write)} {}

mcp_bridge::~mcp_bridge() = default;

void mcp_bridge::take(std::string line) {
  if (line.find_first_not_of(" \t\r") == line.npos)
    return;
  if (opening_)
    return waiting_.push_back(std::move(line));
  auto message = json::parse(line, nullptr, false);
  if (message.is_discarded())
    return fail(nullptr, parse_error, "parse error");
  if (!message.is_object() || !(message.contains("method") || message.contains("result") || message.contains("error")))
    return fail(member(message, "id"), invalid_request, "expected one request, notification or response");
  if (cancel_stream(message))
    return;
  if (text_of(member(message, "method")) == "initialize" && version_in(message).empty()) {
    opening_ = true;
    opening_line_ = line;
  }
  send(std::move(message), std::move(line));
}

/// In the stateless era a request is cancelled by closing its stream ("Streamable HTTP", 2026-07-28).
bool mcp_bridge::cancel_stream(const json& message) {
  if (text_of(member(message, "method")) != "notifications/cancelled")
    return false;
  const auto id = member(member(message, "params"), "requestId");
  for (const auto& [_, one] : calls_)
    if (!one->version.empty() && !id.is_null() && one->id() == id) {
      one->cancelled = true;
      one->post.cancel();
      return true;
    }
  return false;
}

void mcp_bridge::send(json message, std::string line) {
  auto one = std::make_shared<call>(io_.get_executor());
  one->version = version_in(message);
  one->message = std::move(message);
  one->line = std::move(line);
  const auto number = ++last_;
  calls_.emplace(number, one);
  asio::co_spawn(io_, run(one), [this, number](const std::exception_ptr& fault) {
    calls_.erase(number);
    if (fault)
      std::rethrow_exception(fault);
    if (on_answered)
      on_answered();
  });
}

asio::awaitable<result<mcp_post::answer>> mcp_bridge::post(call& one) {
  mcp_post::headers also;
  const auto method = text_of(member(one.message, "method"));
  if (!one.version.empty()) {
    also = {{"MCP-Protocol-Version", one.version}, {"Mcp-Method", method}};
    const auto params = member(one.message, "params");
    const auto name = text_of(member(params, method == "resources/read" ? "uri" : "name"));
    if (is_header_text(name))
      also.emplace_back("Mcp-Name", name);
  } else if (method != "initialize") {
    if (!session_.empty())
      also.emplace_back("Mcp-Session-Id", session_);
    if (!version_.empty())
      also.emplace_back("MCP-Protocol-Version", version_);
  }
  co_return co_await one.post.send(to_, std::move(also), one.line, [this, &one](const std::string& data) { deliver(one, data); });
}

asio::awaitable<void> mcp_bridge::run(std::shared_ptr<call> one) {
  const bool opening = opening_ && one->line == opening_line_;
  auto got = co_await post(*one);
  if (got && got->status == 404 && one->version.empty() && !opening && !session_.empty() && co_await open_anew())
    got = co_await post(*one);
  if (got && got->is_message && member(json::parse(got->body, nullptr, false), "jsonrpc").is_string()) {
    if (opening && got->status == 200)
      session_ = got->session;
    deliver(*one, got->body);
  }
  if (const auto id = one->id(); !id.is_null() && !one->answered && !one->cancelled)
    fail(id, server_error,
         !got ? got.error().message
              : fmt::format("post to {}: HTTP status {}{}{}", to_.url(), got->status, got->body.empty() ? "" : ": ", got->body));
  if (opening) {
    opening_ = false;
    for (auto lines = std::exchange(waiting_, {}); auto& line : lines)
      take(std::move(line));
  }
}

asio::awaitable<bool> mcp_bridge::open_anew() {
  const auto before = session_;
  call again{io_.get_executor()};
  again.message = json::parse(opening_line_, nullptr, false);
  again.line = opening_line_;
  again.answered = true; // once; the client has its answer
  const auto got = co_await post(again);
  if (session_ != before)
    co_return true; // another message was faster
  if (!got || got->status != 200 || got->session.empty())
    co_return false;
  session_ = got->session;
  co_return true;
}

void mcp_bridge::deliver(call& to, const std::string& text) {
  const auto message = json::parse(text, nullptr, false);
  if (message.is_discarded() || to.cancelled)
    return;
  const bool is_answer = !message.contains("method");
  if (is_answer && to.answered)
    return;
  to.answered = to.answered || is_answer;
  if (is_answer && !to.message.contains("id"))
    return; // a notification has no answer, not even an error
  if (const auto version = text_of(member(member(message, "result"), "protocolVersion")); is_answer && !version.empty())
    version_ = version;
  write_(text.find('\n') == text.npos ? text : message.dump());
}

void mcp_bridge::fail(const json& id, int code, const std::string& message) {
  write_(json{{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}}.dump(
    -1, ' ', false, json::error_handler_t::replace));
}

} // namespace strata::client
