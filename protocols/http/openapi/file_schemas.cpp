// SPDX-License-Identifier: MIT
// What requests and answers about files hold.
#include "protocols/http/openapi/answers.hpp"
#include "protocols/http/openapi/schemas.hpp"
#include "protocols/json/field_schema.hpp"
#include "protocols/json/file_json.hpp"

namespace strata {

namespace {

std::vector<named_schema> members_of_a_file() {
  auto bytes = text_schema("the same, where it is no UTF-8");
  bytes["contentEncoding"] = "base64";
  return {{"path", text_schema("as asked for; in a list relative to the directory")},
          {"path_b64", bytes},
          {"type",
           choice_schema("", {"file", "directory", "symlink", "fifo", "socket", "block_device", "character_device", "unknown"})},
          {"size", whole_schema("bytes", 0)},
          {"mode", text_schema("permissions, octal")},
          {"uid", whole_schema("owner", 0)},
          {"gid", whole_schema("group", 0)},
          {"mtime", time_schema("last change of its content")},
          {"etag", text_schema("changes with the content")},
          {"target", text_schema("of a symbolic link")},
          {"target_b64", bytes}};
}

ordered_json file_schema(const char* what, const std::vector<named_schema>& more = {}) {
  auto members = members_of_a_file();
  members.insert(members.end(), more.begin(), more.end());
  return answer_schema(what, members, {"path_b64", "target", "target_b64"});
}

ordered_json page_of_files() {
  auto schema = page_schema("entries, in the order of their paths", "File");
  schema["properties"]["unreadable"] = whole_schema("directories that could not be looked into", 0);
  schema["required"].push_back("unreadable");
  return schema;
}

template <class Operation> ordered_json request_schema(std::vector<std::string> required) {
  auto schema = fields_schema<Operation>();
  schema["additionalProperties"] = false;
  for (const auto& name : required)
    schema["properties"][name]["minLength"] = 1;
  if (!required.empty())
    schema["required"] = std::move(required);
  if (schema["properties"].contains("create"))
    schema["properties"]["create"].update(ordered_json{{"enum", {"auto", "never"}}, {"default", "auto"}});
  return schema;
}

ordered_json attributes_schema() {
  auto schema = request_schema<set_file_attributes>({});
  schema["properties"]["mtime"] = time_schema("last change of its content");
  schema["minProperties"] = 1;
  return schema;
}

ordered_json edit_schema() {
  auto schema = request_schema<edit_file>({"path"});
  auto& edits = schema["properties"]["edits"];
  edits["minItems"] = 1;
  edits["maxItems"] = 256;
  edits["items"]["required"] = {"old", "new"};
  edits["items"]["properties"]["old"]["minLength"] = 1;
  schema["required"].push_back("edits");
  return schema;
}

ordered_json base64_schema() {
  auto bytes = text_schema("the same, where it is no UTF-8");
  bytes["contentEncoding"] = "base64";
  return bytes;
}

ordered_json match_schema() {
  const auto lines = list_schema("lines", {{"type", "string"}});
  return answer_schema("a name, or a line",
                       {{"path", text_schema("relative to where the search began")},
                        {"path_b64", base64_schema()},
                        {"type", text_schema("file, directory, symlink, …")},
                        {"line", whole_schema("from 1; absent: the name", 1)},
                        {"column", whole_schema("byte where the match begins, from 1", 1)},
                        {"text", text_schema("the line; of a long one what is around the match")},
                        {"before", lines},
                        {"after", lines}},
                       {"path_b64", "line", "column", "text", "before", "after"});
}

ordered_json search_page_schema() {
  auto schema = page_schema("matches, in the order of the paths", "Match");
  schema["properties"]["unreadable"] = whole_schema("files and directories that could not be looked into", 0);
  schema["properties"]["binary"] = whole_schema("files whose lines were not looked at", 0);
  schema["required"].push_back("unreadable");
  schema["required"].push_back("binary");
  return schema;
}

ordered_json event_schema() {
  return answer_schema(
    "what happened",
    {{"number", whole_schema("of the event", 0)},
     {"type", choice_schema("", {"created", "written", "removed", "renamed", "attributes", "overflow", "gone"})},
     {"path", text_schema("relative to what is watched; empty: that itself")},
     {"path_b64", base64_schema()},
     {"directory", flag_schema("of a directory")},
     {"to", text_schema("renamed: its new path")},
     {"to_b64", base64_schema()}},
    {"path_b64", "to", "to_b64"});
}

ordered_json events_page_schema() {
  return answer_schema(
    "events", {{"items", list_schema("in their order", schema_reference("FileEvent"))}, {"next", whole_schema("for since", 0)}});
}

} // namespace

ordered_json file_schemas() {
  const auto hunk = answer_schema("lines that changed", {{"line", whole_schema("of the first, from 1", 1)},
                                                         {"removed", text_schema("as they were")},
                                                         {"added", text_schema("as they are")}});
  return {
    {"File", file_schema("a file, or what else has a name")},
    {"FilePage", page_of_files()},
    {"ChangedFile", file_schema("as it is now", {{"created", flag_schema("this call made it")},
                                                 {"session_created", flag_schema("this call made the session")}})},
    {"EditedFile", file_schema("as it is now", {{"replaced", whole_schema("replacements made", 1)},
                                                {"hunks", list_schema("the first of them", hunk)}})},
    {"SearchPage", search_page_schema()},
    {"Match", match_schema()},
    {"FileEventPage", events_page_schema()},
    {"FileEvent", event_schema()},
    {"UnpackedArchive",
     answer_schema("what an archive has become", {{"files", whole_schema("entries made", 0)},
                                                  {"bytes", whole_schema("of files", 0)},
                                                  {"skipped", whole_schema("entries that are no files, directories or links", 0)},
                                                  {"session_created", flag_schema("this call made the session")}})},
    {"MakeDirectory", request_schema<make_directory>({"path"})},
    {"MoveFile", request_schema<move_file>({"from", "to"})},
    {"CopyFile", request_schema<copy_file>({"from", "to"})},
    {"MakeSymlink", request_schema<make_symlink>({"path", "target"})},
    {"EditFile", edit_schema()},
    {"FileAttributes", attributes_schema()},
  };
}

} // namespace strata
