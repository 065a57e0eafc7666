// SPDX-License-Identifier: MIT
#include "protocols/http/openapi/document.hpp"

#include "protocols/error_table.hpp"
#include "protocols/http/openapi/described_operations.hpp"
#include "protocols/http/openapi/parameters.hpp"
#include "protocols/http/openapi/schemas.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <stdexcept>

namespace strata {

namespace {

constexpr auto about =
  R"(Every session, named by owner and session id, is an isolated Linux shell with processes and files of its own.

A route of GET answers HEAD, too. In a body null counts as absent. A query or path is percent-encoded UTF-8. Every answer repeats or
makes an `X-Request-Id`. Errors are `application/json`, or `application/problem+json` where `Accept` prefers that. Beside the errors of a
route HTTP has its own: 404 as text for an unknown path, 405 with `Allow`, 417, 505.)";

/// What any route may answer, by status: the codes of HTTP are told by name.
const std::map<int, std::vector<std::string_view>> common_errors{
  {400, {"invalid_argument", "bad_request"}},
  {403, {"permission_denied"}},
  {408, {"request_timeout"}},
  {431, {"headers_too_large"}},
  {500, {"internal"}},
  {503, {"overloaded", "draining"}},
};

const described_operation& description_of(const http_route& route) {
  // "/mcp/" is the same as "/mcp".
  auto pattern =
    route.pattern.size() > 1 && route.pattern.ends_with('/') ? route.pattern.substr(0, route.pattern.size() - 1) : route.pattern;
  for (const auto& described : described_operations())
    if (described.method == route.method && described.pattern == pattern)
      return described;
  throw std::logic_error{fmt::format("no description of {} {}", route.method, route.pattern)};
}

ordered_json header_reference(std::string_view name) { return {{"$ref", fmt::format("#/components/headers/{}", name)}}; }

/// Bodies of one status and type may have several shapes.
void add_content(ordered_json& contents, std::string_view type, std::string_view schema) {
  ordered_json shape = schema.empty() ? ordered_json{{"type", "string"}} : schema_reference(schema);
  auto& known = contents[std::string{type}]["schema"];
  if (known.is_null())
    known = std::move(shape);
  else if (known != shape)
    known = {{"anyOf", {known, shape}}};
}

void add_answer(ordered_json& answers, const described_answer& described) {
  auto& answer = answers[std::to_string(described.status)];
  if (answer.is_null()) {
    answer = {{"description", described.what}};
    if (described.status != 101)
      answer["headers"]["X-Request-Id"] = header_reference("X-Request-Id");
  } else {
    answer["description"] = fmt::format("{} {}", answer["description"].get<std::string>(), described.what);
  }
  if (described.status == 202 && described.schema == "ExecResult")
    answer["headers"]["Location"] = header_reference("Location");
  if (!described.content_type.empty())
    add_content(answer["content"], described.content_type, described.schema);
}

void add_error(ordered_json& answers, int status, const std::vector<std::string_view>& codes) {
  add_answer(answers, {status, fmt::format("Errors: {}.", fmt::join(codes, ", ")), "Error", "application/json"});
  auto& answer = answers[std::to_string(status)];
  add_content(answer["content"], "application/problem+json", "Error");
  if (status == 429 || status == 503)
    answer["headers"]["Retry-After"] = header_reference("Retry-After");
}

ordered_json answers_of(const http_route& route, const described_operation& described) {
  auto errors = common_errors;
  const auto add = [&](errc code) { errors[row_of(code).http].push_back(to_string(code)); };
  if (route.identity == identity_rule::headers_agree) // those of the seed take what they do not know
    add(errc::unknown_field);
  for (const auto code : described.errors)
    if (auto& codes = errors[row_of(code).http]; std::find(codes.begin(), codes.end(), to_string(code)) == codes.end())
      add(code);
  auto answers = ordered_json::object();
  for (const auto& each : described.answers)
    add_answer(answers, each);
  for (const auto& [status, codes] : errors)
    add_error(answers, status, codes);
  return answers;
}

ordered_json operation(const http_route& route, std::string_view pattern, bool by_uid) {
  const auto& described = description_of(route);
  ordered_json made{
    {"operationId", fmt::format("{}{}", described.id, by_uid ? "ByUid" : "")},
    {"tags", {described.tag}},
    {"summary", fmt::format("{}{}", described.summary, by_uid ? " (by its uid)" : "")},
    {"description", described.description},
  };
  if (auto parameters = route_parameters(route, pattern); !parameters.empty())
    made["parameters"] = std::move(parameters);
  if (!described.body.empty()) {
    made["requestBody"]["required"] = described.body_required;
    add_content(made["requestBody"]["content"], described.body_type,
                described.body_type == "application/json" ? described.body : "");
  }
  made["responses"] = answers_of(route, described);
  return made;
}

ordered_json paths() {
  auto all = ordered_json::object();
  const auto add = [&](const http_route& route, const std::string& pattern, bool by_uid) {
    std::string verb;
    for (const char letter : route.method)
      verb += static_cast<char>(letter | 0x20);
    all[pattern][verb] = operation(route, pattern, by_uid);
  };
  for (const auto& route : all_routes()) {
    if (route.pattern.ends_with('/'))
      continue;
    add(route, std::string{route.pattern}, false);
  }
  for (const auto& route : all_routes())
    if (auto pattern = pattern_by_uid(route); !pattern.empty())
      add(route, pattern, true);
  return all;
}

ordered_json header(const char* what, ordered_json schema) { return {{"description", what}, {"schema", std::move(schema)}}; }

} // namespace

ordered_json openapi_document(std::string_view version) {
  auto tags = ordered_json::array();
  for (const auto& tag : described_tags())
    tags.push_back({{"name", tag.name}, {"description", tag.what}});
  auto schemas = request_schemas();
  schemas.update(answer_schemas());
  return {
    {"openapi", "3.1.0"},
    {"info",
     {{"title", "Strata"},
      {"version", version},
      {"summary", "Session sandboxes: isolated Linux shells for people and agents"},
      {"description", about},
      {"contact", {{"name", "whoever runs this server"}}},
      {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
    {"servers", {{{"url", "/"}, {"description", "this server"}}}},
    {"security", ordered_json::array()},
    {"tags", std::move(tags)},
    {"paths", paths()},
    {"components",
     {{"schemas", std::move(schemas)},
      {"headers",
       {{"X-Request-Id", header("that of the request, or one that the server made", {{"type", "string"}})},
        {"Location", header("where the command that lives on is to be found", {{"type", "string"}})},
        {"Retry-After", header("seconds to wait before the next try", {{"type", "integer"}, {"minimum", 0}})}}}}},
  };
}

} // namespace strata
