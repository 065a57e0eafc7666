// SPDX-License-Identifier: MIT
#include "protocols/http/openapi/parameters.hpp"

#include "protocols/json/schema.hpp"

#include <array>
#include <stdexcept>

namespace strata {

namespace {

ordered_json id_schema() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 128}}; }
ordered_json plain_text() { return {{"type", "string"}}; }
ordered_json count(int least, int most) { return {{"type", "integer"}, {"minimum", least}, {"maximum", most}}; }
ordered_json uid() { return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9]{19}$"}}; }
ordered_json one_of(std::vector<std::string> words) { return {{"type", "string"}, {"enum", std::move(words)}}; }

ordered_json parameter(std::string_view in, std::string_view name, const char* what, ordered_json schema) {
  ordered_json made{{"name", name}, {"in", in}, {"description", what}};
  if (in == "path")
    made["required"] = true;
  made["schema"] = std::move(schema);
  return made;
}

ordered_json path_parameter(std::string_view name) {
  if (name == "owner")
    return parameter("path", name, "who the session belongs to; a name that is @ is written %40", id_schema());
  if (name == "session")
    return parameter("path", name, "name of the session within its owner", id_schema());
  if (name == "uid")
    return parameter("path", name, "the server's own name of the session", uid());
  if (name == "name")
    return parameter("path", name, "name of the shell",
                     {{"type", "string"}, {"minLength", 1}, {"maxLength", 64}, {"pattern", "^[A-Za-z0-9._-]+$"}});
  throw std::logic_error{"no description of the path parameter " + std::string{name}};
}

/// By the names of http_route::parameters.
ordered_json query_parameter(std::string_view name) {
  const auto query = [](std::string_view as, const char* what, ordered_json schema) {
    return parameter("query", as, what, std::move(schema));
  };
  if (name == "owner")
    return query(name, "only of this owner", plain_text());
  if (name == "state*") {
    auto states = list_schema("", one_of({"creating", "ready", "frozen", "stopped", "closing", "closed", "failed"}));
    states.erase("description");
    states["minItems"] = 1;
    auto made = query("state", "only of these states", std::move(states));
    made["style"] = "form";
    made["explode"] = false;
    return made;
  }
  if (name == "meta.") {
    auto made =
      query("meta", "only with these labels: meta.NAME=VALUE",
            {{"type", "object"}, {"patternProperties", {{"^meta\\..", plain_text()}}}, {"additionalProperties", false}});
    made["style"] = "form";
    made["explode"] = true;
    return made;
  }
  if (name == "uid")
    return query(name, "only the one of this uid", plain_text());
  if (name == "base")
    return query(name, "only on this base", plain_text());
  if (name == "created_after")
    return query(name, "only younger ones", {{"type", "string"}, {"format", "date-time"}});
  if (name == "order")
    return query(name, "by the time of making", one_of({"created_desc", "created_asc"}));
  if (name == "limit")
    return query(name, "at most so many; 100 if not given", count(1, 1000));
  if (name == "cursor")
    return query(name, "next_cursor of the page before", plain_text());
  if (name == "expect_uid")
    return query(name, "the session of that name must have this uid", {{"type", "string"}, {"minLength", 1}});
  if (name == "wait")
    return query(name, "files: answer only when the session's files are gone", one_of({"files"}));
  if (name == "reason")
    return query(name, "why it is closed; closed_by_user if not given", id_schema());
  if (name == "mode")
    return query(name, "how frames carry bytes", one_of({"json", "raw", "attach"}));
  if (name == "cols" || name == "rows")
    return query(name, "size of the terminal", count(1, 1000));
  if (name == "since")
    return query(name, "offset to begin at; absent: what is about on the screen", {{"type", "integer"}, {"minimum", 0}});
  if (name == "view")
    return query(name, "ro: only look", one_of({"rw", "ro"}));
  if (name == "lag")
    return query(name, "what happens to a viewer that falls 4 MiB behind: skip to the present, or the program waits",
                 one_of({"skip", "catch_up"}));
  if (name == "create")
    return query(name, "whether a missing session is made", one_of({"auto", "never"}));
  if (name == "tools")
    return query(name, "which tools there are", one_of({"core", "full", "readonly"}));
  if (name == "names")
    return query(name, "seed: strata_exec and strata_stats, too", one_of({"seed"}));
  throw std::logic_error{"no description of the query parameter " + std::string{name}};
}

ordered_json identity_header(std::string_view name, bool wins) {
  const auto* what = wins ? "wins over path and body" : "must agree with the path";
  return parameter("header", name, what, {{"type", "string"}, {"maxLength", 128}});
}

bool takes_idempotency_key(const http_route& route) { return route.serve == serve_create_session || route.serve == serve_exec; }

} // namespace

ordered_json route_parameters(const http_route& route, std::string_view pattern) {
  auto all = ordered_json::array();
  for (auto rest = pattern; rest.find('{') != rest.npos;) {
    rest.remove_prefix(rest.find('{') + 1);
    all.push_back(path_parameter(rest.substr(0, rest.find('}'))));
  }
  const bool of_a_session = pattern.starts_with("/api/sessions") || pattern.starts_with("/api/ws");
  if (of_a_session && route.serve != serve_list_sessions) {
    const bool wins = route.identity == identity_rule::headers_win && pattern.find("/@/") == pattern.npos;
    for (const auto* header : {"X-Owner-Id", "X-Session-Id"}) {
      all.push_back(identity_header(header, wins));
      if (route.serve != serve_create_session && pattern.find('{') == pattern.npos) // nothing else names it
        all.back()["required"] = true;
    }
  }
  for (const auto name : route.parameters)
    all.push_back(query_parameter(name));
  if (takes_idempotency_key(route))
    all.push_back(parameter("header", "Idempotency-Key",
                            "the same key with the same content within ten minutes gives the stored answer",
                            {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}));
  return all;
}

} // namespace strata
