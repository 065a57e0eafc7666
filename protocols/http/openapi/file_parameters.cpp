// SPDX-License-Identifier: MIT
#include "protocols/http/openapi/parameter.hpp"

namespace strata {

namespace {

std::optional<ordered_json> query(std::string_view name, const char* what, ordered_json schema) {
  return parameter("query", name, what, std::move(schema));
}

std::optional<ordered_json> search_parameter(std::string_view name) {
  const ordered_json pattern{{"type", "string"}, {"maxLength", 4096}};
  if (name == "name")
    return query(name, "shell pattern of names, or of paths where it has a slash", pattern);
  if (name == "text")
    return query(name, "that a line must have; with neither text nor regex: names only", pattern);
  if (name == "regex")
    return query(name, "Perl's, that a line must match; not with text", pattern);
  if (name == "ignore_case")
    return query(name, "upper and lower case are one", one_of({"true", "false", "1", "0", ""}));
  if (name == "context")
    return query(name, "lines before and after; 0 if not given", count(0, 20));
  if (name == "max_bytes")
    return query(name, "of lines in the answer; 65536 if not given", count(1024, 1 << 20));
  return std::nullopt;
}

std::optional<ordered_json> watch_parameter(std::string_view name) {
  if (name == "since")
    return query(name, "number of the first event wanted; from now on if not given", {{"type", "integer"}, {"minimum", 0}});
  if (name == "wait_ms")
    return query(name, "when nothing has happened yet", count(0, 60'000));
  if (name == "as")
    return query(name, "form of the answer; absent: by Accept, else json", one_of({"json", "sse"}));
  if (name == "limit")
    return query(name, "at most so many; 1000 if not given", count(1, 1000));
  return std::nullopt;
}

} // namespace

std::optional<ordered_json> file_parameter(std::string_view name, std::string_view pattern) {
  const auto flag = [&](const char* what) { return query(name, what, one_of({"true", "false", "1", "0", ""})); };
  if (name == "path") {
    auto made =
      query(name, "as it is inside; from the user's home when it is relative. Percent-encoded bytes, which need not be UTF-8",
            {{"type", "string"}, {"minLength", 1}, {"maxLength", 4095}});
    (*made)["required"] = true;
    return made;
  }
  if (name == "user")
    return query(name, "account inside that does it, by name or uid[:gid]; the session's if not given",
                 {{"type", "string"}, {"maxLength", 128}});
  if (name == "mode")
    return query(name, "permissions, octal; absent: those of the file that it replaces, else 0644",
                 {{"type", "string"}, {"pattern", "^[0-7]{1,5}$"}});
  if (name == "parents")
    return flag("make missing directories");
  if (name == "recursive")
    return flag("a directory with all that is in it");
  if (name == "follow")
    return flag("of a symbolic link: what it leads to; true if not given");
  if (name == "hidden")
    return flag("names that begin with a dot, too; true if not given");
  if (name == "depth")
    return query(name, "1: only the directory's own entries", count(1, 32));
  if (name == "cursor")
    return query(name, "next_cursor of the page before", plain_text());
  if (name == "format")
    return query(name, "tar if not given", one_of({"tar", "tar.gz", "zip"}));
  if (name == "links")
    return query(name, "where symbolic links may lead; inside if not given", one_of({"inside", "any"}));
  if (pattern.ends_with("/search"))
    return search_parameter(name);
  return pattern.ends_with("/watch") ? watch_parameter(name) : std::nullopt;
}

} // namespace strata
