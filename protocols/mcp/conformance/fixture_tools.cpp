// SPDX-License-Identifier: MIT
#include "protocols/mcp/conformance/fixtures.hpp"
#include "protocols/mcp/tool_call.hpp"
#include "protocols/json/schema.hpp"

#include <array>
#include <boost/asio/steady_timer.hpp>

namespace strata {

namespace {

using call_ptr = std::shared_ptr<tool_call>;

constexpr std::chrono::milliseconds pause{50};
constexpr int missing_capability = -32021; // 2026-07-28
constexpr auto meta_log_level = "io.modelcontextprotocol/logLevel";

// A WAV file without a sample.
constexpr auto wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

ordered_json nothing() { return object_schema({}); }

void give(const call_ptr& call, ordered_json blocks) { call->give({{"content", std::move(blocks)}}); }

/// Runs `step(0)`, `step(1)`, … until one says false, with a pause between them where the client takes a stream.
void in_steps(const call_ptr& call, const std::function<bool(int)>& step, int number = 0) {
  if (!step(number))
    return;
  if (!call->reply().can_notify())
    return in_steps(call, step, number + 1);
  call->reply().begin_stream(); // a request must not be left without any answer
  auto timer = std::make_shared<boost::asio::steady_timer>(call->reply().http().strand(), pause);
  timer->async_wait([call, step, number, timer](const boost::system::error_code&) { in_steps(call, step, number + 1); });
}

void run_progress(call_ptr call) {
  in_steps(call, [call](int number) {
    if (const auto token = call->progress_token(); !token.is_null())
      call->reply().notify("notifications/progress", {{"progressToken", token}, {"progress", number * 50}, {"total", 100}});
    if (number < 2)
      return true;
    give(call, {fixture_text("Progress was told three times.")});
    return false;
  });
}

/// In the stateless era a request says itself whether it wants to be told.
bool wants_log(const tool_call& call) {
  const auto& asked = call.reply().call();
  return !asked.modern || meta_of(asked.message.params).contains(meta_log_level);
}

void run_logging(call_ptr call) {
  in_steps(call, [call](int number) {
    constexpr std::array lines{"Tool execution started", "Tool processing data", "Tool execution completed"};
    if (wants_log(*call))
      call->reply().notify("notifications/message", {{"level", "info"}, {"data", lines[static_cast<std::size_t>(number)]}});
    if (number < 2)
      return true;
    give(call, {fixture_text("Three lines were logged.")});
    return false;
  });
}

void run_needing_sampling(call_ptr call) {
  const auto& asked = call->reply().call();
  const auto& meta = meta_of(asked.message.params);
  const auto declared = meta.find(meta_capabilities);
  if (asked.modern && (declared == meta.end() || !declared->is_object() || !declared->contains("sampling")))
    return call->refuse(missing_capability, "the client has not declared the capability sampling", 400,
                        {{"requiredCapabilities", {{"sampling", json::object()}}}});
  give(call, {fixture_text("The client can sample.")});
}

ordered_json schema_2020_12() {
  return ordered_json::parse(R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                          "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                   "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                   "phone": {"type": "string"}, "email": {"type": "string"}},
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]}, "else": {"required": ["email"]}, "additionalProperties": false})");
}

tool fixture(std::string_view name, std::string_view what, void (*run)(call_ptr), ordered_json (*input)() = nothing) {
  return {name, {}, what, what, true, true, false, true, false, input, nullptr, run};
}

const std::array tools{
  fixture("test_simple_text", "A text",
          [](call_ptr call) { give(call, {fixture_text("This is a simple text response for testing.")}); }),
  fixture("test_image_content", "An image", [](call_ptr call) { give(call, {fixture_image()}); }),
  fixture("test_audio_content", "A sound",
          [](call_ptr call) {
            give(call, {{{"type", "audio"}, {"data", wav}, {"mimeType", "audio/wav"}}});
          }),
  fixture("test_embedded_resource", "A resource",
          [](call_ptr call) {
            give(call, {fixture_resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")});
          }),
  fixture("test_multiple_content_types", "A text, an image and a resource",
          [](call_ptr call) {
            give(call, {fixture_text("Multiple content types test:"), fixture_image(),
                        fixture_resource("test://mixed-content-resource", "application/json", R"({"test":"data","value":123})")});
          }),
  fixture("test_error_handling", "An error",
          [](call_ptr call) { call->fail("This tool intentionally returns an error for testing"); }),
  fixture("test_tool_with_progress", "Progress in three steps", run_progress),
  fixture("test_tool_with_logging", "A log of three lines", run_logging),
  fixture("test_logging_tool", "The same", run_logging),
  fixture("test_missing_capability", "Something that needs sampling", run_needing_sampling),
  fixture(
    "json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features",
    [](call_ptr call) { give(call, {fixture_text("taken")}); }, schema_2020_12),
};

} // namespace

std::span<const tool> fixture_tools() { return tools; }

} // namespace strata
