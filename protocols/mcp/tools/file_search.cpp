// SPDX-License-Identifier: MIT
// The tool file_search.
#include "protocols/json/search_json.hpp"
#include "protocols/json/utf8.hpp"
#include "protocols/mcp/tools/files.hpp"
#include "protocols/mcp/tools/run.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

result<search_files> decode_search(const tool_call& call) {
  STRATA_CHECK(call.allow_only({"owner_id", "session_id", "uid", "sid", "path", "text", "regex", "glob", "ignore_case", "context",
                                "limit", "max_bytes", "hidden", "cursor", "user"}));
  search_files operation;
  operation.max_bytes = 20'000;
  STRATA_TRY(operation.session, session_of(call));
  STRATA_CHECK(call.read("path", operation.path));
  STRATA_CHECK(call.read("user", operation.user));
  STRATA_CHECK(call.read("text", operation.text));
  STRATA_CHECK(call.read("regex", operation.regex));
  STRATA_CHECK(call.read("glob", operation.glob));
  STRATA_CHECK(call.read("ignore_case", operation.ignore_case));
  STRATA_CHECK(call.read("hidden", operation.hidden));
  STRATA_CHECK(call.read("context", operation.context));
  STRATA_CHECK(call.read("limit", operation.limit));
  STRATA_CHECK(call.read("max_bytes", operation.max_bytes));
  std::string cursor;
  STRATA_CHECK(call.read("cursor", cursor));
  STRATA_TRY(operation.cursor, read_cursor(cursor));
  return operation;
}

/// As grep -n shows it.
std::string text_of(const search_match& match) {
  const auto path = replace_bad_utf8(match.path);
  if (match.line == 0)
    return path + (match.type == file_type::directory ? "/\n" : "\n");
  std::string text;
  auto number = match.line - static_cast<std::uint32_t>(match.before.size());
  for (const auto& each : match.before)
    text += fmt::format("{}-{}-{}\n", path, number++, replace_bad_utf8(each));
  text += fmt::format("{}:{}:{}\n", path, number++, replace_bad_utf8(match.text));
  for (const auto& each : match.after)
    text += fmt::format("{}-{}-{}\n", path, number++, replace_bad_utf8(each));
  return match.before.empty() && match.after.empty() ? text : text + "--\n";
}

} // namespace

void run_file_search(std::shared_ptr<tool_call> call) {
  run(*call, decode_search(*call), [](tool_call& to, const search_page& page) {
    std::string text;
    for (const auto& each : page.items)
      text += text_of(each);
    std::vector<std::string> texts{text.empty() ? "(nothing)" : text};
    if (!page.next_cursor.empty())
      texts.emplace_back("[there may be more: go on with cursor=next_cursor]");
    if (page.unreadable > 0)
      texts.push_back(fmt::format("[{} could not be read]", page.unreadable));
    to.succeed(to_json(page), texts);
  });
}

} // namespace strata
