// SPDX-License-Identifier: MIT
#include "protocols/mcp/tools/files.hpp"
#include "protocols/mcp/tools/inputs.hpp"

namespace strata {

namespace {

named_schema path() { return {"path", text_schema("as it is inside; from the user's home when it is relative")}; }
named_schema user() { return {"user", text_schema("account inside that does it")}; }
named_schema etag() { return {"etag", text_schema("changes with the content; for if_match")}; }
named_schema size() { return {"size", whole_schema("bytes", 0)}; }

ordered_json with_default(ordered_json schema, const ordered_json& value) {
  schema["default"] = value;
  return schema;
}

} // namespace

ordered_json file_read_input() {
  return tool_input({path(),
                     {"offset_line", with_default(whole_schema("first line, from 1", 1), 1)},
                     {"limit_lines", with_default(whole_schema("at most so many lines", 1, 100'000), 1000)},
                     {"max_bytes", with_default(whole_schema("at most so much text", 1, 100'000), 20'000)},
                     user()},
                    {"path"});
}

ordered_json file_write_input() {
  return tool_input({path(),
                     {"content", text_schema("what is to be in it")},
                     {"content_b64", text_schema("the same as bytes in base64")},
                     {"mode", text_schema("permissions, octal; those of the file that it replaces, else 0644")},
                     {"if_match", text_schema("only if the file still has this etag")},
                     {"append", flag_schema("to its end instead")},
                     user()},
                    {"path"});
}

ordered_json file_edit_input() {
  auto edit = object_schema({{"old", text_schema("text as it is in the file, with enough around it to occur only once")},
                             {"new", text_schema("text in its place")},
                             {"all", flag_schema("replace it wherever it occurs")}},
                            {"old", "new"});
  edit["additionalProperties"] = false;
  auto edits = list_schema("replacements, each on what the one before has left", std::move(edit));
  edits["minItems"] = 1;
  return tool_input(
    {path(), {"edits", std::move(edits)}, {"if_match", text_schema("only if the file still has this etag")}, user()},
    {"path", "edits"});
}

ordered_json file_list_input() {
  return tool_input({path(),
                     {"depth", with_default(whole_schema("1: only the directory's own entries", 1, 32), 1)},
                     {"limit", with_default(whole_schema("at most so many", 1, 1000), 100)},
                     {"hidden", with_default(flag_schema("names that begin with a dot, too"), true)},
                     {"cursor", text_schema("next_cursor of the page before")},
                     user()},
                    {"path"});
}

ordered_json file_search_input() {
  return tool_input({path(),
                     {"text", text_schema("that a line must have")},
                     {"regex", text_schema("Perl's, that a line must match; with neither: names only")},
                     {"glob", text_schema("pattern of names, or of paths where it has a slash: *.cpp")},
                     {"ignore_case", flag_schema("upper and lower case are one")},
                     {"context", with_default(whole_schema("lines before and after", 0, 20), 0)},
                     {"limit", with_default(whole_schema("at most so many matches", 1, 1000), 100)},
                     {"max_bytes", with_default(whole_schema("at most so much text", 1024, 100'000), 20'000)},
                     {"hidden", with_default(flag_schema("names that begin with a dot, too"), true)},
                     {"cursor", text_schema("next_cursor of the page before")},
                     user()},
                    {"path"});
}

ordered_json file_search_output() {
  const auto lines = list_schema("lines", text_schema("a line"));
  const auto item = object_schema({{"path", text_schema("relative to where the search began")},
                                   {"type", text_schema("file, directory, symlink, …")},
                                   {"line", whole_schema("from 1", 1)},
                                   {"column", whole_schema("byte, from 1", 1)},
                                   {"text", text_schema("the line")},
                                   {"before", lines},
                                   {"after", lines}},
                                  {"path", "type"});
  return object_schema({{"items", list_schema("in the order of the paths", item)},
                        {"next_cursor", or_null(text_schema("for the next page; null: this is the last"))},
                        {"unreadable", whole_schema("files and directories that could not be looked into", 0)},
                        {"binary", whole_schema("files whose lines were not looked at", 0)}},
                       {"items", "next_cursor"});
}

ordered_json file_read_output() {
  return object_schema({path(),
                        size(),
                        etag(),
                        {"text", text_schema("lines, each behind its number and a tab")},
                        {"first_line", whole_schema("of text", 1)},
                        {"last_line", whole_schema("of text", 0)},
                        {"total_lines", or_null(whole_schema("null: the file is too large to be counted", 0))},
                        {"cut", flag_schema("lines are missing behind it, or the last is cut")},
                        {"media_type", text_schema("of an image, or application/octet-stream: there is no text then")}},
                       {"path", "size", "etag"});
}

ordered_json file_write_output() {
  return object_schema({path(),
                        etag(),
                        {"bytes", whole_schema("size of the file", 0)},
                        {"created", flag_schema("this call made it")},
                        {"session_created", flag_schema("this call made the session")}},
                       {"path", "etag", "bytes", "created"});
}

ordered_json file_edit_output() {
  const auto hunk = object_schema({{"line", whole_schema("of the first, from 1", 1)},
                                   {"removed", text_schema("lines as they were")},
                                   {"added", text_schema("lines as they are")}},
                                  {"line", "removed", "added"});
  return object_schema({path(),
                        etag(),
                        size(),
                        {"replaced", whole_schema("replacements made", 1)},
                        {"hunks", list_schema("the first of them", hunk)}},
                       {"path", "etag", "replaced", "hunks"});
}

ordered_json file_list_output() {
  const auto item = object_schema({{"path", text_schema("relative to the directory")},
                                   {"type", text_schema("file, directory, symlink, …")},
                                   {"size", whole_schema("bytes", 0)},
                                   {"mtime", text_schema("last change")}},
                                  {"path", "type"});
  return object_schema({{"items", list_schema("in the order of their paths", item)},
                        {"next_cursor", or_null(text_schema("for the next page; null: this is the last"))},
                        {"unreadable", whole_schema("directories that could not be looked into", 0)}},
                       {"items", "next_cursor"});
}

} // namespace strata
