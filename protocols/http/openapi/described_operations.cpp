// SPDX-License-Identifier: MIT
#include "protocols/http/openapi/described_operations.hpp"

#include <array>

namespace strata {

namespace {

using enum errc;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view events_type = "text/event-stream";
constexpr std::string_view text_type = "text/plain";
constexpr std::string_view bytes_type = "application/octet-stream";

constexpr std::string_view exec_text =
  "Runs one command in the session's command shell, whose directory, variables and functions stay for the next call; a missing session "
  "is made. A command that ran is a success, whatever its exit code or its timeout. With `Accept: text/event-stream` the answer begins "
  "when the command has started.";
constexpr std::string_view events_text =
  "Events `started`, `output`, `gap`, then `end`, `running` (handed over) or `error`. The data is one line of JSON, the id the offset "
  "after it.";
constexpr std::string_view output_text =
  "One log per process, numbered by the bytes of all its streams in order of arrival, so that one number is a full cursor: go on at "
  "`next`. As JSON, as bytes (`as=raw`; with `follow=1` to the end of the process, broken off where bytes are missing), or as events "
  "(`as=sse`; Last-Event-ID resumes).";
constexpr std::string_view output_events_text =
  "Events `started`, `output`, `gap`, then `end`. The data is one line of JSON, the id the offset after it.";
constexpr std::string_view output_bytes_text =
  "The bytes, up to the first that are missing. `Strata-Offset`, `Strata-Next` and `Strata-State` tell where they lie.";
constexpr std::string_view mcp_text =
  "The Model Context Protocol over streamable HTTP: revision 2026-07-28 without sessions, 2025-11-25 and older by `initialize`. `/mcp/` "
  "is the same.";
constexpr std::string_view socket_text =
  "A WebSocket to the session's terminal `main`; a missing one is opened. Modes: JSON messages, `strata.raw`, `strata.attach`, by "
  "subprotocol or `?mode=`.";

constexpr std::string_view process_socket_text =
  "A WebSocket to what a process writes and reads. Binary frames begin with a byte that names the stream: 0 stdin, 1 stdout, 2 stderr, 3 "
  "both or a terminal; text frames are JSON control. `?mode=raw` and `attach` are as for terminals.";

constexpr std::string_view open_text =
  "A login shell unless the body says what runs on it; a missing session is made. Without a name it has its id.";
constexpr std::string_view opened_text = "It has been opened; `Location` is where it is.";
constexpr std::string_view screen_text =
  "What its viewers see now, as text. `version` with `wait_ms` waits for another screen; `quiet_ms` for one that has stood still that "
  "long. As JSON, or `format=text`, or with colours (`format=ansi`).";

constexpr std::string_view search_text =
  "In the order of the paths; links are not followed. Of files that are no text the lines are not looked at. A page may be empty and yet "
  "not the last, when there was much to look at.";
constexpr std::string_view watch_text =
  "Numbered events. Without `since` from now on: the first answer comes at once, with `next`; with `since` what happened from that event "
  "on. An event `overflow` stands for what is not known any more. As events (`as=sse`) Last-Event-ID resumes.";
constexpr std::string_view watch_events_text =
  "Events `change`, each with its number as id, and `error` as the last when nothing can be watched any more.";
constexpr std::string_view unpack_text =
  "The body is a tar, tar.gz or zip; it is unpacked as it comes into a directory, which is made, as is a missing session. Names and links "
  "that lead out of it and devices are refused, as is what would grow too much; what came before is there then.";

const std::vector<described_answer> exec_answers{{200, "The command has ended.", "ExecResult", json_type},
                                                 {200, events_text, "", events_type},
                                                 {202, "`wait_ms` ended first: the command lives on.", "ExecResult", json_type}};
const std::vector<errc> exec_errors{identity_mismatch, session_not_found, file_not_found,    shell_busy,
                                    too_large,         command_not_found, cwd_not_found,     user_not_found,
                                    not_executable,    quota_exceeded,    unsupported,       session_lost,
                                    shell_lost,        disk_full,         request_in_flight, idempotency_mismatch};
const std::vector<described_answer> mcp_answers{
  {200, "The answer of JSON-RPC, which may be an error.", "RpcAnswer", json_type},
  {200, "The same behind notifications of progress.", "", events_type},
  {202, "A notification or an answer has been taken.", "", ""},
  {400, "The message is none, or lacks a header of its revision.", "RpcAnswer", json_type},
  {404, "The session of MCP is not known (any more), or the method is not.", "RpcAnswer", json_type}};
const std::vector<described_answer> socket_answers{{101, "The connection is a WebSocket.", "", ""},
                                                   {400, "A parameter or a header of the handshake is wrong.", "", text_type},
                                                   {426, "This is no handshake of a WebSocket.", "", text_type}};

const std::vector<errc> open_errors{
  identity_mismatch, session_not_found, file_not_found, too_large,    command_not_found, cwd_not_found,     user_not_found,
  not_executable,    quota_exceeded,    unsupported,    session_lost, disk_full,         request_in_flight, idempotency_mismatch};

/// A session that is named, and must be there.
const std::vector<errc> named{identity_mismatch, session_not_found};
std::vector<errc> named_and(std::vector<errc> more) {
  more.insert(more.begin(), named.begin(), named.end());
  return more;
}

/// Of every operation on files, and its own.
std::vector<errc> file_errors(std::vector<errc> own) {
  own.insert(own.end(), {identity_mismatch, session_not_found, file_not_found, file_exists, is_a_directory, not_a_directory,
                         user_not_found, unsupported, session_lost});
  return own;
}

// clang-format off
const std::array operations_described{
  described_operation{"POST", "/api/sessions", "createSession", "Sessions", "Make a session, or take the one of that name",
    "Ids come from the body; the headers `X-Owner-Id` and `X-Session-Id` win. Names of members match in any case, unknown ones are ignored.",
    "CreateSession", true,
    {{200, "The session; `created` says whether this call made it.", "Session", json_type}},
    {session_exists, session_differs, request_in_flight, too_large, user_not_found, cwd_not_found, idempotency_mismatch,
     quota_exceeded, unsupported, session_lost, disk_full}},
  described_operation{"GET", "/api/sessions", "listSessions", "Sessions", "List sessions",
    "Ended sessions stay listed, with their reason, for ten minutes.", "", false,
    {{200, "A page of sessions.", "SessionPage", json_type}}, {}},
  described_operation{"GET", "/api/sessions/{owner}/{session}", "getSession", "Sessions", "Look at a session",
    "Makes none and keeps none alive.", "", false, {{200, "The session.", "Session", json_type}}, named},
  described_operation{"PATCH", "/api/sessions/{owner}/{session}", "updateSession", "Sessions", "Change a session",
    "Members that are left out stay as they are; unknown ones are an error.", "UpdateSession", true,
    {{200, "The session as it is now.", "Session", json_type}}, named_and({too_large, unsupported, session_lost})},
  described_operation{"DELETE", "/api/sessions/{owner}/{session}", "closeSession", "Sessions", "Close a session",
    "Ends everything in it and removes its files.", "", false,
    {{200, "It is closed; `reason` is that of the first close.", "ClosedSession", json_type}}, named},
  described_operation{"GET", "/api/sessions/{owner}/{session}/stats", "getSessionStats", "Sessions", "See what a session uses",
    "A figure that this host cannot tell is null, never zero.", "", false, {{200, "Its figures.", "SessionStats", json_type}},
    named_and({session_lost})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/exec", "exec", "Commands", "Run a command", exec_text,
    "ExecRequest", true, exec_answers, exec_errors},
  described_operation{"POST", "/api/sessions/exec", "execByHeader", "Commands", "Run a command in the session that the headers name",
    exec_text, "ExecRequest", true, exec_answers, exec_errors},
  described_operation{"GET", "/api/sessions/{owner}/{session}/shells", "listShells", "Commands", "List command shells",
    "Shells that keep directory and variables between commands; `session` is the one that is used unless another is named.", "", false,
    {{200, "All of them.", "ShellList", json_type}}, named_and({session_lost})},
  described_operation{"PUT", "/api/sessions/{owner}/{session}/shells/{name}", "openShell", "Commands", "Open a command shell",
    "With an environment, directory, account and startup files of its own.", "OpenShell", false,
    {{200, "It was there already, and stays as it is.", "Shell", json_type}, {201, "It is open now.", "Shell", json_type}},
    named_and({file_not_found, too_large, cwd_not_found, user_not_found, unsupported, quota_exceeded, session_lost, shell_lost})},
  described_operation{"DELETE", "/api/sessions/{owner}/{session}/shells/{name}", "closeShell", "Commands", "Close a command shell",
    "Ends what runs in it.", "", false, {{204, "It is closed.", "", ""}}, named_and({shell_not_found, session_lost})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/processes", "startProcess", "Processes", "Start a process",
    "It runs beside the command shells and outlives this call; a missing session is made. A program that cannot start is an error.",
    "StartProcess", true, {{201, "It has started; `Location` is where it is.", "Process", json_type}},
    {identity_mismatch, session_not_found, file_not_found, too_large, command_not_found, cwd_not_found, user_not_found, not_executable,
     quota_exceeded, unsupported, session_lost, disk_full, request_in_flight, idempotency_mismatch}},
  described_operation{"GET", "/api/sessions/{owner}/{session}/processes", "listProcesses", "Processes", "List processes",
    "Execs, processes and terminals, newest first; ended ones as long as they are kept.", "", false,
    {{200, "A page of them.", "ProcessPage", json_type}}, named_and({session_lost})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/processes/{process}", "getProcess", "Processes", "Look at a process",
    "With `wait_ms` when it has ended, at the latest after that time.", "", false, {{200, "The process; look at `state`.", "Process", json_type}},
    named_and({process_not_found, session_lost})},
  described_operation{"DELETE", "/api/sessions/{owner}/{session}/processes/{process}", "endProcess", "Processes", "End a process",
    "TERM to everything that it started, after `grace_ms` KILL. Answers when it has ended.", "", false,
    {{200, "The process with its `end`.", "Process", json_type}}, named_and({process_not_found, session_lost})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/processes/{process}/output", "readOutput", "Processes", "Read a process' output",
    output_text, "", false,
    {{200, "Records of output.", "OutputPage", json_type}, {200, output_bytes_text, "", bytes_type}, {200, output_events_text, "", events_type}},
    named_and({process_not_found, offset_out_of_range, session_lost})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/processes/{process}/stdin", "writeStdin", "Processes", "Write to a process",
    "The body is the bytes, whatever they are; with Content-Type application/json it is `text` or `b64`. With `at` a retry writes nothing twice.",
    "ProcessInput", false, {{200, "How much was new, and where input is now.", "AcceptedInput", json_type}},
    named_and({process_not_found, process_ended, stdin_closed, offset_mismatch, too_large, session_lost, request_in_flight,
               idempotency_mismatch})},
  described_operation{"DELETE", "/api/sessions/{owner}/{session}/processes/{process}/stdin", "closeStdin", "Processes", "End a process' input",
    "What was written before is read first.", "", false, {{204, "It ends there.", "", ""}},
    named_and({process_not_found, process_ended, stdin_closed, session_lost})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/processes/{process}/signal", "signalProcess", "Processes", "Signal a process",
    "TERM to the program unless told otherwise. In a command shell it goes to what the command started, never to the shell.",
    "SignalProcess", false, {{204, "It was sent.", "", ""}}, named_and({process_not_found, process_ended, too_large, session_lost})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/terminals", "listTerminals", "Terminals", "List terminals",
    "Newest first; they are listed with the processes, too.", "", false, {{200, "A page of them.", "ProcessPage", json_type}},
    named_and({session_lost})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/terminals", "openTerminal", "Terminals", "Open a terminal", open_text,
    "OpenTerminal", false, {{200, "One of that name was there already, and stays as it is.", "Process", json_type}, {201, opened_text, "Process", json_type}},
    open_errors},
  described_operation{"PUT", "/api/sessions/{owner}/{session}/terminals/{name}", "ensureTerminal", "Terminals", "Open a terminal by name", open_text,
    "OpenTerminal", false, {{200, "It was there already, and stays as it is.", "Process", json_type}, {201, opened_text, "Process", json_type}},
    open_errors},
  described_operation{"GET", "/api/sessions/{owner}/{session}/terminals/{name}", "getTerminal", "Terminals", "Look at a terminal",
    "With `wait_ms` when its program has ended, at the latest after that time.", "", false,
    {{200, "The terminal; look at `state`.", "Process", json_type}}, named_and({terminal_not_found, session_lost})},
  described_operation{"PATCH", "/api/sessions/{owner}/{session}/terminals/{name}", "resizeTerminal", "Terminals", "Resize a terminal",
    "Its viewers are told. `resize` says whose size it has from now on: the last to set one, or the smallest of its viewers'.", "ResizeTerminal", true,
    {{200, "The terminal as it is now.", "Process", json_type}}, named_and({terminal_not_found, process_ended, too_large, session_lost})},
  described_operation{"DELETE", "/api/sessions/{owner}/{session}/terminals/{name}", "closeTerminal", "Terminals", "Close a terminal",
    "TERM to everything that it started, after `grace_ms` KILL. Answers when it has ended.", "", false,
    {{200, "The terminal with its `end`.", "Process", json_type}}, named_and({terminal_not_found, session_lost})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/terminals/{name}/input", "sendInput", "Terminals", "Type into a terminal",
    "The body is the bytes; with Content-Type application/json it is `text` or `b64`, then `keys` (\"enter\", \"ctrl-c\", \"up\", \"f5\", \"alt-x\").",
    "TerminalKeys", false, {{200, "How much was new, and where input is now.", "AcceptedInput", json_type}},
    named_and({terminal_not_found, process_ended, stdin_closed, offset_mismatch, too_large, session_lost, request_in_flight,
               idempotency_mismatch})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/terminals/{name}/output", "readTerminal", "Terminals", "Read a terminal's output",
    output_text, "", false,
    {{200, "Records of output.", "OutputPage", json_type}, {200, output_bytes_text, "", bytes_type}, {200, output_events_text, "", events_type}},
    named_and({terminal_not_found, offset_out_of_range, session_lost})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/terminals/{name}/screen", "getScreen", "Terminals", "See a terminal's screen", screen_text,
    "", false, {{200, "What is on it.", "Screen", json_type}, {200, "Its rows, each with a newline.", "", text_type}},
    named_and({terminal_not_found, too_large, session_lost})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/files", "readFile", "Files", "Read a file",
    "Its bytes, or one range of them. `ETag` changes with the content. When the file turns out shorter than announced the connection is broken off.", "", false,
    {{200, "All of it.", "", bytes_type}, {206, "The range that `Content-Range` tells.", "", bytes_type}, {304, "It has an ETag of If-None-Match.", "", ""}},
    file_errors({offset_out_of_range})},
  described_operation{"PUT", "/api/sessions/{owner}/{session}/files", "writeFile", "Files", "Write a file",
    "The body, of any length, becomes the file at once when all of it has come; until then, and when it breaks off, the file is as it was. A missing session is made.",
    "bytes", true, {{200, "It is another one now.", "ChangedFile", json_type}, {201, "It has been made.", "ChangedFile", json_type}},
    file_errors({etag_mismatch, disk_full, too_large, quota_exceeded, request_in_flight, idempotency_mismatch}), bytes_type},
  described_operation{"POST", "/api/sessions/{owner}/{session}/files", "appendToFile", "Files", "Append to a file",
    "The body goes to its end, piece by piece: when it breaks off, what has come is there. A missing file is made, as is a missing session.",
    "bytes", true, {{200, "It is longer now.", "ChangedFile", json_type}, {201, "It has been made.", "ChangedFile", json_type}},
    file_errors({etag_mismatch, disk_full, too_large, quota_exceeded, request_in_flight, idempotency_mismatch}), bytes_type},
  described_operation{"PATCH", "/api/sessions/{owner}/{session}/files", "setFileAttributes", "Files", "Change mode, owner or time",
    "Of the entry itself: a link is not followed.", "FileAttributes", true, {{200, "As it is now.", "ChangedFile", json_type}},
    file_errors({request_in_flight, idempotency_mismatch, too_large})},
  described_operation{"DELETE", "/api/sessions/{owner}/{session}/files", "removeFile", "Files", "Remove a file or directory",
    "Of a link the link itself. With `recursive` a directory with all that is in it.", "", false, {{204, "It is gone.", "", ""}},
    file_errors({not_empty, request_in_flight, idempotency_mismatch})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/files/stat", "statFile", "Files", "Look at a file", "Whatever it is.", "", false,
    {{200, "What it is.", "File", json_type}}, file_errors({})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/files/list", "listFiles", "Files", "List a directory",
    "In the order of the paths, step by step; to a `depth`. Links are not followed.", "", false, {{200, "A page of it.", "FilePage", json_type}},
    file_errors({})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/files/mkdir", "makeDirectory", "Files", "Make a directory",
    "With `parents` those above it, too, and one that is there is no error. A missing session is made.", "MakeDirectory", true,
    {{200, "It is there.", "ChangedFile", json_type}}, file_errors({disk_full, quota_exceeded, request_in_flight, idempotency_mismatch, too_large})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/files/move", "moveFile", "Files", "Move a file or directory",
    "To a new path, which is not a directory to put it into. From one file system to another it is copied.", "MoveFile", true,
    {{200, "It is there.", "ChangedFile", json_type}}, file_errors({disk_full, request_in_flight, idempotency_mismatch, too_large})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/files/copy", "copyFile", "Files", "Copy a file or directory",
    "With all that is in it; links as links. It appears when all of it is there.", "CopyFile", true,
    {{200, "It is there.", "ChangedFile", json_type}}, file_errors({disk_full, request_in_flight, idempotency_mismatch, too_large})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/files/symlink", "makeSymlink", "Files", "Make a symbolic link",
    "It may lead nowhere.", "MakeSymlink", true, {{200, "It is there.", "ChangedFile", json_type}},
    file_errors({disk_full, request_in_flight, idempotency_mismatch, too_large})},
  described_operation{"POST", "/api/sessions/{owner}/{session}/files/edit", "editFile", "Files", "Replace texts in a file",
    "All of the replacements or none, each on what the one before has left.", "EditFile", true,
    {{200, "What was replaced.", "EditedFile", json_type}},
    file_errors({etag_mismatch, edit_not_found, edit_ambiguous, disk_full, too_large, request_in_flight, idempotency_mismatch})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/files/search", "searchFiles", "Files", "Search names and lines", search_text, "", false,
    {{200, "A page of what was found; go on while there is a `next_cursor`.", "SearchPage", json_type}}, file_errors({})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/files/watch", "watchFiles", "Files", "Hear what happens to files", watch_text, "", false,
    {{200, "Events, and in `next` where to go on.", "FileEventPage", json_type}, {200, watch_events_text, "", events_type}}, file_errors({too_large})},
  described_operation{"GET", "/api/sessions/{owner}/{session}/archive", "readArchive", "Files", "Download a tree",
    "A directory's contents, or one file, as an archive. Sockets, FIFOs and devices are left out. When it cannot go on the connection is broken off.", "", false,
    {{200, "The archive.", "", "application/x-tar"}, {200, "With `format=tar.gz`.", "", "application/gzip"}, {200, "With `format=zip`.", "", "application/zip"}},
    file_errors({})},
  described_operation{"PUT", "/api/sessions/{owner}/{session}/archive", "writeArchive", "Files", "Upload a tree", unpack_text, "bytes", true,
    {{200, "What was unpacked.", "UnpackedArchive", json_type}},
    file_errors({disk_full, too_large, quota_exceeded, request_in_flight, idempotency_mismatch}), bytes_type},
  described_operation{"GET", "/api/ws/{owner}/{session}/shell", "attachShell", "Terminals", "Use a session's terminal", socket_text,
    "", false, socket_answers, {}},
  described_operation{"GET", "/api/ws/{owner}/{session}/terminals/{name}", "attachTerminal", "Terminals", "Use a terminal by name",
    socket_text, "", false, socket_answers, {}},
  described_operation{"GET", "/api/ws/{owner}/{session}/processes/{process}", "attachProcess", "Processes", "Use a process over a WebSocket",
    process_socket_text, "", false, socket_answers, {}},
  described_operation{"GET", "/api/ws/shell", "attachShellByHeader", "Terminals", "Use the terminal of the session that the headers name",
    socket_text, "", false, socket_answers, {}},
  described_operation{"POST", "/mcp", "mcp", "Agents", "Send a message of MCP", mcp_text, "RpcMessage", true, mcp_answers, {too_large}},
  described_operation{"DELETE", "/mcp", "endMcp", "Agents", "End a session of MCP", "The one that `Mcp-Session-Id` names.", "", false,
    {{200, "It has ended.", "ClosedMcpSession", json_type}, {404, "There is none of that id.", "RpcAnswer", json_type}}, {}},
  described_operation{"GET", "/api/stats", "getStats", "Server", "Count sessions", "Of all owners.", "", false,
    {{200, "How many there are and may be.", "ServerStats", json_type}}, {}},
  described_operation{"GET", "/healthz", "getHealth", "Server", "Ask whether the server lives", "It answers as long as it runs.", "", false,
    {{200, "It does.", "Health", json_type}}, {}},
  described_operation{"GET", "/readyz", "getReadiness", "Server", "Ask whether the server takes work", "Not while it is stopping.", "", false,
    {{200, "It does.", "Readiness", json_type}}, {draining}},
  described_operation{"GET", "/api/version", "getVersion", "Server", "Tell the version", "Of the server.", "", false,
    {{200, "Name and version.", "Version", json_type}}, {}},
  described_operation{"GET", "/api/capabilities", "getCapabilities", "Server", "Tell bounds and features", "As they are in force.", "", false,
    {{200, "Operations and bounds.", "Capabilities", json_type}}, {}},
  described_operation{"GET", "/openapi.json", "getOpenapi", "Server", "Describe this API", "This document.", "", false,
    {{200, "OpenAPI 3.1.", "Openapi", json_type}}, {}},
};

constexpr std::array tags_described{
  described_tag{"Sessions", "Isolated Linux shells, each with files and processes of its own, named by owner and session."},
  described_tag{"Commands", "Commands and the shells that they run in."},
  described_tag{"Processes", "What runs in a session, its output and its input."},
  described_tag{"Terminals", "Terminals, their viewers and what is on their screens."},
  described_tag{"Files", "Files inside a session."},
  described_tag{"Agents", "The Model Context Protocol."},
  described_tag{"Server", "The server itself."},
};
// clang-format on

} // namespace

std::span<const described_operation> described_operations() { return operations_described; }
std::span<const described_tag> described_tags() { return tags_described; }

} // namespace strata
