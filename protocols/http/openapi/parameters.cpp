// SPDX-License-Identifier: MIT
#include "protocols/http/openapi/parameters.hpp"

#include "protocols/http/openapi/parameter.hpp"
#include "protocols/json/schema.hpp"

#include <array>
#include <optional>
#include <stdexcept>

namespace strata {

namespace {

ordered_json id_schema() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 128}}; }
ordered_json uid() { return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9]{19}$"}}; }

ordered_json path_parameter(std::string_view name) {
  if (name == "owner")
    return parameter("path", name, "who the session belongs to; a name that is @ is written %40", id_schema());
  if (name == "session")
    return parameter("path", name, "name of the session within its owner", id_schema());
  if (name == "uid")
    return parameter("path", name, "the server's own name of the session", uid());
  if (name == "name")
    return parameter("path", name, "name of the shell or terminal",
                     {{"type", "string"}, {"minLength", 1}, {"maxLength", 64}, {"pattern", "^[A-Za-z0-9._-]+$"}});
  if (name == "process")
    return parameter("path", name, "id of the process, or pid:N or tag:T: a live one, else the newest",
                     {{"type", "string"}, {"minLength", 1}, {"maxLength", 132}});
  throw std::logic_error{"no description of the path parameter " + std::string{name}};
}

ordered_json words_parameter(std::string_view name, const char* what, std::vector<std::string> words) {
  auto choice = list_schema("", one_of(std::move(words)));
  choice.erase("description");
  choice["minItems"] = 1;
  auto made = parameter("query", name, what, std::move(choice));
  made["style"] = "form";
  made["explode"] = false;
  return made;
}

/// Of the routes of a process, whose meaning differs from that elsewhere.
std::optional<ordered_json> process_parameter(std::string_view name, std::string_view pattern) {
  const auto query = [](std::string_view as, const char* what, ordered_json schema) {
    return std::optional{parameter("query", as, what, std::move(schema))};
  };
  const bool reads = pattern.ends_with("/output");
  if (name == "state*")
    return words_parameter("state", "only in these states", {"queued", "running", "ended"});
  if (name == "kind*")
    return words_parameter("kind", "only of these kinds", {"exec", "process", "terminal"});
  if (name == "tag")
    return query(name, "only with this tag", plain_text());
  if (name == "wait_ms")
    return query(name, "patience of the call; 0: none", count(0, pattern.ends_with("}") ? 86'400'000 : 60'000));
  if (name == "grace_ms")
    return query(name, "between TERM and KILL; 2000 if not given", count(0, 600'000));
  if (name == "purge")
    return query(name, "forget it and its output afterwards", one_of({"true", "false"}));
  if (name == "since")
    return query(name, "offset to begin at, start or end", {{"type", "string"}, {"pattern", "^([0-9]+|start|end)$"}});
  if (name == "tail")
    return query(name, "begin that many bytes before the end; not with since", {{"type", "integer"}, {"minimum", 0}});
  if (name == "limit" && reads)
    return query(name, "at most so many bytes; 65536 if not given", count(1, 1 << 20));
  if (name == "until")
    return query(name, "wait for this text, and stop behind it", {{"type", "string"}, {"maxLength", 4096}});
  if (name == "stream")
    return query(name, "only this one", one_of({"stdout", "stderr", "output"}));
  if (name == "as")
    return query(name, "form of the answer; absent: by Accept, else json", one_of({"json", "raw", "sse"}));
  if (name == "follow")
    return query(name, "with raw: to the end of the process", one_of({"1", "true", "0", "false"}));
  if (name == "lag")
    return query(name, "of a follower: what happens to a reader that falls 4 MiB behind", one_of({"skip", "catch_up"}));
  if (name == "format")
    return query(name, "how it is told", one_of({"json", "text", "ansi"}));
  if (name == "version")
    return query(name, "with patience: wait for a screen of another version", {{"type", "integer"}, {"minimum", 0}});
  if (name == "quiet_ms")
    return query(name, "wait for a screen that has stood still that long; wait_ms is 3000 then if not given", count(0, 60'000));
  if (name == "at")
    return query(name, "offset of the first byte of this input; what was accepted before is not written again",
                 {{"type", "integer"}, {"minimum", 0}});
  if (name == "eof")
    return query(name, "end of input after it", one_of({"1", "true", "0", "false"}));
  return std::nullopt;
}

/// By the names of http_route::parameters.
ordered_json query_parameter(std::string_view name) {
  const auto query = [](std::string_view as, const char* what, ordered_json schema) {
    return parameter("query", as, what, std::move(schema));
  };
  if (name == "owner")
    return query(name, "only of this owner", plain_text());
  if (name == "state*")
    return words_parameter("state", "only of these states",
                           {"creating", "ready", "frozen", "stopped", "closing", "closed", "failed"});
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
    return query(name, "how frames carry bytes", one_of({"json", "raw", "attach", "streams"}));
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

bool takes_idempotency_key(const http_route& route) {
  return route.serve == serve_create_session || route.serve == serve_exec || route.serve == serve_start_process
         || route.serve == serve_write_stdin || route.serve == serve_open_terminal || route.serve == serve_open_named_terminal
         || route.serve == serve_terminal_input || route.serve == serve_make_directory || route.serve == serve_move_file
         || route.serve == serve_copy_file || route.serve == serve_remove_file || route.serve == serve_set_file_attributes
         || route.serve == serve_make_symlink || route.serve == serve_edit_file || route.serve == serve_write_file
         || route.serve == serve_append_to_file || route.serve == serve_write_archive;
}

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
  const bool of_a_process = pattern.find("/processes") != pattern.npos
                            || (pattern.starts_with("/api/sessions") && pattern.find("/terminals") != pattern.npos);
  const bool of_a_file = pattern.find("/files") != pattern.npos || pattern.ends_with("/archive");
  for (const auto name : route.parameters) {
    auto special = of_a_process ? process_parameter(name, pattern) : of_a_file ? file_parameter(name, pattern) : std::nullopt;
    all.push_back(special ? std::move(*special) : query_parameter(name));
  }
  const auto header = [&](std::string_view name, const char* what) {
    all.push_back(parameter("header", name, what, plain_text()));
  };
  if (route.serve == serve_read_file) {
    header("Range", "bytes=A-B, bytes=A- or bytes=-N: one range; several are answered with the whole");
    header("If-Range", "the range only if the file still has this ETag, else the whole");
    header("If-None-Match", "304 if the file has one of these ETags");
  }
  if (route.serve == serve_write_file || route.serve == serve_append_to_file) {
    header("If-Match", "only if the file has one of these ETags; *: if there is one");
    header("If-None-Match", "*: only if there is none");
  }
  if (route.serve == serve_output || route.serve == serve_terminal_output || route.serve == serve_watch_files)
    all.push_back(parameter("header", "Last-Event-ID", "with events: where the reader is, instead of since", plain_text()));
  if (takes_idempotency_key(route))
    all.push_back(parameter("header", "Idempotency-Key",
                            "the same key with the same content within ten minutes gives the stored answer",
                            {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}));
  return all;
}

} // namespace strata
