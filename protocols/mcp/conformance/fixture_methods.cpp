// SPDX-License-Identifier: MIT
#include "protocols/mcp/conformance/fixtures.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

using reply_ptr = std::shared_ptr<mcp_reply>;

std::string text_of(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

ordered_json listed(std::string_view uri, std::string_view name, std::string_view mime_type) {
  return {{"uri", uri}, {"name", name}, {"description", name}, {"mimeType", mime_type}};
}

void list_resources(mcp_reply& reply) {
  reply.cacheable_result(
    {{"resources",
      {listed("test://static-text", "static text", "text/plain"), listed("test://static-binary", "static binary", "image/png"),
       listed("test://watched-resource", "watched resource", "text/plain")}}});
}

void list_templates(mcp_reply& reply) {
  reply.cacheable_result({{"resourceTemplates",
                           {{{"uriTemplate", "test://template/{id}/data"},
                             {"name", "template"},
                             {"description", "one of many"},
                             {"mimeType", "application/json"}}}}});
}

void read_resource(mcp_reply& reply) {
  constexpr std::string_view before = "test://template/", after = "/data";
  const auto uri = text_of(reply.call().message.params, "uri");
  ordered_json content{{"uri", uri}};
  if (uri == "test://static-text") {
    content.update({{"mimeType", "text/plain"}, {"text", "This is the content of the static text resource."}});
  } else if (uri == "test://watched-resource") {
    content.update({{"mimeType", "text/plain"}, {"text", "It never changes."}});
  } else if (uri == "test://static-binary") {
    content.update({{"mimeType", "image/png"}, {"blob", fixture_png}});
  } else if (uri.starts_with(before) && uri.ends_with(after) && uri.size() > before.size() + after.size()) {
    const auto id = uri.substr(before.size(), uri.size() - before.size() - after.size());
    const ordered_json data{{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
    content.update({{"mimeType", "application/json"}, {"text", data.dump(-1, ' ', false, json::error_handler_t::replace)}});
  } else {
    return reply.fault(rpc_code::invalid_params, "resource not found", 200, {{"uri", uri}});
  }
  reply.cacheable_result({{"contents", ordered_json::array({std::move(content)})}});
}

ordered_json prompt(std::string_view name, const std::vector<std::string>& arguments) {
  ordered_json made{{"name", name}, {"description", name}};
  for (const auto& argument : arguments)
    made["arguments"].push_back({{"name", argument}, {"description", argument}, {"required", true}});
  return made;
}

void list_prompts(mcp_reply& reply) {
  reply.cacheable_result(
    {{"prompts",
      {prompt("test_simple_prompt", {}), prompt("test_prompt_with_arguments", {"arg1", "arg2"}),
       prompt("test_prompt_with_embedded_resource", {"resourceUri"}), prompt("test_prompt_with_image", {})}}});
}

ordered_json said(ordered_json content) { return {{"role", "user"}, {"content", std::move(content)}}; }

void get_prompt(mcp_reply& reply) {
  const auto& params = reply.call().message.params;
  const auto name = text_of(params, "name");
  const auto given = [arguments = params.value("arguments", json::object())](const char* argument) {
    return text_of(arguments, argument);
  };
  auto messages = ordered_json::array();
  if (name == "test_simple_prompt") {
    messages.push_back(said(fixture_text("This is a simple prompt for testing.")));
  } else if (name == "test_prompt_with_arguments") {
    messages.push_back(
      said(fixture_text(fmt::format("Prompt with arguments: arg1='{}', arg2='{}'", given("arg1"), given("arg2")))));
  } else if (name == "test_prompt_with_embedded_resource") {
    messages.push_back(said(fixture_resource(given("resourceUri"), "text/plain", "Embedded resource content for testing.")));
    messages.push_back(said(fixture_text("Please process the embedded resource above.")));
  } else if (name == "test_prompt_with_image") {
    messages.push_back(said(fixture_image()));
    messages.push_back(said(fixture_text("Please analyze the image above.")));
  } else {
    return reply.fault(rpc_code::invalid_params, "prompt not found");
  }
  reply.result({{"messages", std::move(messages)}});
}

} // namespace

ordered_json fixture_text(std::string_view text) { return {{"type", "text"}, {"text", text}}; }

ordered_json fixture_image() { return {{"type", "image"}, {"data", fixture_png}, {"mimeType", "image/png"}}; }

ordered_json fixture_resource(std::string_view uri, std::string_view mime_type, std::string_view text) {
  return {{"type", "resource"}, {"resource", {{"uri", uri}, {"mimeType", mime_type}, {"text", text}}}};
}

bool serve_fixture(const reply_ptr& reply) {
  const auto& method = reply->call().message.method;
  if (method == "resources/list")
    list_resources(*reply);
  else if (method == "resources/templates/list")
    list_templates(*reply);
  else if (method == "resources/read")
    read_resource(*reply);
  else if (method == "prompts/list")
    list_prompts(*reply);
  else if (method == "prompts/get")
    get_prompt(*reply);
  else if (method == "completion/complete")
    reply->result({{"completion", {{"values", ordered_json::array()}, {"total", 0}, {"hasMore", false}}}});
  else if (!reply->call().modern
           && (method == "logging/setLevel" || method == "resources/subscribe" || method == "resources/unsubscribe"))
    reply->result(ordered_json::object());
  else
    return false;
  return true;
}

void add_fixture_capabilities(ordered_json& capabilities, bool modern) {
  capabilities["prompts"] = ordered_json::object();
  capabilities["completions"] = ordered_json::object();
  capabilities["resources"] = ordered_json::object();
  if (modern)
    return;
  capabilities["resources"]["subscribe"] = true;
  capabilities["logging"] = ordered_json::object();
}

} // namespace strata
