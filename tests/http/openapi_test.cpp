// SPDX-License-Identifier: MIT
// The document of the API against what the server serves. tests/e2e/openapi_test.cpp holds it against real answers.
#include "protocols/error_table.hpp"
#include "protocols/http/openapi/described_operations.hpp"
#include "protocols/http/openapi/document.hpp"
#include "protocols/http/routes.hpp"
#include "tests/http/live_server.hpp"

#include <fmt/format.h>
#include <set>

using namespace strata;
using namespace strata::test;

namespace {

using words = std::set<std::string>;

const ordered_json& document() {
  static const auto made = openapi_document("1.2.3");
  return made;
}

words names_of(const ordered_json& object) {
  words names;
  for (const auto& [name, value] : object.items())
    names.insert(name);
  return names;
}

/// "(allowed: a, b)" at the end of a message.
words allowed_by(const std::string& message) {
  constexpr std::string_view before = "(allowed: ";
  words names;
  const auto at = message.find(before);
  for (std::string_view rest = at == message.npos ? std::string_view{} : std::string_view{message}.substr(at + before.size());
       !rest.empty();) {
    const auto end = rest.find_first_of(",)");
    names.emplace(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.size(), end + 2));
  }
  return names;
}

void find_references(const ordered_json& in, words& found) {
  if (in.is_object() && in.contains("$ref"))
    found.insert(in["$ref"].get<std::string>());
  for (const auto& each : in)
    if (each.is_structured())
      find_references(each, found);
}

} // namespace

class openapi : public live_server {};

TEST_F(openapi, is_served) {
  const auto answer = ask("GET", "/openapi.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(body_of(answer)["openapi"], "3.1.0");
}

TEST_F(openapi, every_route_is_described_once) {
  words routes;
  for (const auto& route : all_routes())
    if (!route.pattern.ends_with('/'))
      routes.insert(fmt::format("{} {}", route.method, route.pattern));
  words described;
  words ids;
  for (const auto& operation : described_operations()) {
    EXPECT_TRUE(described.insert(fmt::format("{} {}", operation.method, operation.pattern)).second) << operation.pattern;
    EXPECT_TRUE(ids.emplace(operation.id).second) << operation.id;
  }
  EXPECT_EQ(described, routes);
}

TEST_F(openapi, has_every_path_that_is_served) {
  words wanted;
  for (const auto& route : all_routes()) {
    if (route.pattern.ends_with('/'))
      continue;
    wanted.emplace(route.pattern);
    if (const auto by_uid = pattern_by_uid(route); !by_uid.empty())
      wanted.insert(by_uid);
  }
  EXPECT_EQ(names_of(document()["paths"]), wanted);
}

TEST_F(openapi, every_reference_leads_somewhere_and_every_schema_is_used) {
  words found;
  find_references(document(), found);
  for (const auto& reference : found)
    EXPECT_TRUE(document().contains(ordered_json::json_pointer{reference.substr(1)})) << reference;
  for (const auto& [name, schema] : document()["components"]["schemas"].items())
    EXPECT_TRUE(found.contains("#/components/schemas/" + name)) << name;
}

TEST_F(openapi, bodies_have_the_members_that_the_strict_routes_allow) {
  const auto members = [](const char* schema) { return names_of(document()["components"]["schemas"][schema]["properties"]); };
  const auto allowed = [&](const char* method, const char* path) {
    return allowed_by(body_of(ask(method, path, R"({"no such member":1})"))["error"]);
  };
  EXPECT_EQ(members("UpdateSession"), allowed("PATCH", "/api/sessions/a/b"));
  EXPECT_EQ(members("OpenShell"), allowed("PUT", "/api/sessions/a/b/shells/x"));
}

TEST_F(openapi, names_every_code_of_an_error) {
  words codes;
  for (const auto& code : document()["components"]["schemas"]["Error"]["properties"]["code"]["enum"])
    codes.insert(code.get<std::string>());
  for (int code = 0; code <= static_cast<int>(errc::internal); ++code)
    EXPECT_TRUE(codes.contains(std::string{to_string(static_cast<errc>(code))})) << code;
  EXPECT_TRUE(codes.contains("request_timeout"));
}
