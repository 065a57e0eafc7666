// SPDX-License-Identifier: MIT
#include "cli/client/files.hpp"

#include "cli/client/console.hpp"
#include "cli/client/file_transfer.hpp"
#include "cli/client/named_process.hpp"
#include "cli/client/octal_mode.hpp"
#include "cli/client/session_call.hpp"
#include "cli/client/session_text.hpp"
#include "cli/client/whole_number.hpp"
#include "config/escaped.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace strata::client {

namespace {

const command_argument path_argument{"PATH", "inside; from the user's home when it is relative"};
const command_flag as_flag{"--as", "USER", "account inside that does it"};

/// A request about SESSION and PATH.
template <class Request> result<Request> placed(const invocation& given, const connection_to_server& server) {
  STRATA_TRY(auto request, named<Request>(given, server));
  request.set_path(given.arguments.at(1));
  request.set_user(given.value("--as"));
  return request;
}

result<int> cat(const invocation& given) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(const auto request, placed<v1::ReadRequest>(given, server));
  STRATA_CHECK(download(
    server, request, [](const v1::File&) { return result<void>{}; },
    [](std::string_view bytes) {
      return write_all(STDOUT_FILENO, bytes) ? result<void>{} : errno_error("write", "standard output");
    }));
  return 0;
}

result<int> write(const invocation& given) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto open, placed<v1::WriteRequest::Open>(given, server));
  open.set_parents(given.has("--parents"));
  open.set_append(given.has("--append"));
  STRATA_TRY(const auto mode, octal_mode(given, "--mode"));
  if (mode)
    open.set_mode(*mode);
  STRATA_CHECK(upload(server, open, []() -> result<std::string> {
    std::string piece(256 << 10, '\0');
    const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0)
      return errno_error("read", "standard input");
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }));
  return 0;
}

std::string type_text(v1::FileType type) {
  switch (type) {
  case v1::FILE_TYPE_FILE: return "file";
  case v1::FILE_TYPE_DIRECTORY: return "directory";
  case v1::FILE_TYPE_SYMLINK: return "symlink";
  case v1::FILE_TYPE_FIFO: return "fifo";
  case v1::FILE_TYPE_SOCKET: return "socket";
  case v1::FILE_TYPE_BLOCK_DEVICE: return "block_device";
  case v1::FILE_TYPE_CHARACTER_DEVICE: return "character_device";
  default: return "unknown";
  }
}

nlohmann::ordered_json json_of(const v1::File& file) {
  nlohmann::ordered_json shown{{"path", file.path()},
                               {"type", type_text(file.type())},
                               {"size", file.size()},
                               {"mode", fmt::format("{:04o}", file.mode())},
                               {"uid", file.uid()},
                               {"gid", file.gid()},
                               {"mtime", time_text(file.mtime())},
                               {"etag", file.etag()}};
  if (file.type() == v1::FILE_TYPE_SYMLINK)
    shown["target"] = file.target();
  return shown;
}

/// A name comes from inside: it must not write on the terminal.
std::string line_of(const v1::File& file) {
  auto name = escaped(file.path());
  if (file.type() == v1::FILE_TYPE_DIRECTORY)
    name += '/';
  if (file.type() == v1::FILE_TYPE_SYMLINK)
    name += " -> " + escaped(file.target());
  return fmt::format("{:04o} {:>5} {:>5} {:>12} {} {}\n", file.mode(), file.uid(), file.gid(), file.size(),
                     time_text(file.mtime()), name);
}

result<int> files(const invocation& given, std::ostream& out) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  STRATA_TRY(auto request, named<v1::ListRequest>(given, server));
  request.set_path(given.arguments.size() > 1 ? given.arguments[1] : "~");
  request.set_user(given.value("--as"));
  STRATA_TRY(const auto depth, whole_number(given, "--depth"));
  request.set_depth(static_cast<std::int32_t>(std::clamp<std::int64_t>(depth.value_or(1), 0, 1000)));
  request.set_page_size(1000);
  auto items = nlohmann::ordered_json::array();
  do {
    STRATA_TRY(const auto page, ask(server, &file_stub::List, request));
    for (const auto& each : page.files())
      if (given.has("--json"))
        items.push_back(json_of(each));
      else
        out << line_of(each);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (given.has("--json"))
    out << items.dump(2) << '\n';
  return 0;
}

} // namespace

std::vector<command> file_commands(std::ostream& out) {
  return {
    {.words = {"cat"},
     .summary = "a file of a session to standard output",
     .arguments = {session_argument(), path_argument},
     .flags = with_client_flags({as_flag}),
     .run = cat},
    {.words = {"write"},
     .summary = "standard input to a file of a session: all of it at once, at its end",
     .arguments = {session_argument(), path_argument},
     .flags = with_client_flags({{"--append", "", "to its end, as it comes"},
                                 {"--mode", "MODE", "permissions, octal"},
                                 {"--parents", "", "make missing directories"},
                                 as_flag}),
     .run = write},
    {.words = {"files"},
     .summary = "list a directory of a session",
     .arguments = {session_argument(), {"PATH", "inside; the user's home if not given", false}},
     .flags = with_client_flags(
       {{"--depth", "N", "directories below it, too: 1 to 32"}, {"--json", "", "one JSON document, as REST has it"}, as_flag}),
     .run = [&out](const invocation& given) { return files(given, out); }},
  };
}

} // namespace strata::client
