// SPDX-License-Identifier: MIT
#include "cli/client/copy_tree.hpp"

#include "cli/client/console.hpp"
#include "cli/client/file_transfer.hpp"
#include "cli/client/local_tar.hpp"
#include "cli/client/session_call.hpp"
#include "cli/client/transfer_progress.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>

namespace strata::client {

namespace {

namespace fs = std::filesystem;

result<std::string> read_stdin() {
  std::string piece(256 << 10, '\0');
  const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
  if (got < 0)
    return errno_error("read", "standard input");
  piece.resize(static_cast<std::size_t>(got));
  return piece;
}

} // namespace

result<int> copy_tree_in(const invocation& given, connection_to_server& server, const std::string& from, const copy_place& to) {
  const bool from_stdin = from == "-";
  STRATA_TRY(const auto name, parse_session_name(to.session, server.owner()));
  v1::WriteArchiveRequest::Open open;
  *open.mutable_session() = ref_of(name);
  open.set_user(given.value("--as"));
  open.set_path(to.path);
  std::optional<local_tar> tree;
  if (!from_stdin) {
    std::error_code problem;
    if (!fs::is_directory(from, problem))
      return problem ? errno_error("open", from, problem.value())
                     : error{errc::not_a_directory, fmt::format("copy {}: it is not a directory", from)};
    STRATA_TRY(*open.mutable_path(), remote_target(server, open.session(), to, open.user(), last_step(fs::absolute(from))));
    open.set_any_links(true); // as they are here
    STRATA_TRY(auto tar, local_tar::pack(from));
    tree.emplace(std::move(tar));
  }
  transfer_progress progress{open.path(), 0, given.has("--quiet")};
  STRATA_CHECK(upload_archive(server, open, [&]() -> result<std::string> {
    STRATA_TRY(auto piece, from_stdin ? read_stdin() : tree->read());
    progress.add(static_cast<std::int64_t>(piece.size()));
    if (piece.empty() && tree)
      STRATA_CHECK(tree->finish()); // what could not be read is not to pass for all
    return piece;
  }));
  return 0;
}

result<int> copy_tree_out(const invocation& given, connection_to_server& server, const copy_place& from, const std::string& to) {
  const bool to_stdout = to == "-";
  STRATA_TRY(const auto name, parse_session_name(from.session, server.owner()));
  v1::StatRequest what;
  *what.mutable_session() = ref_of(name);
  what.set_path(from.path);
  what.set_user(given.value("--as"));
  STRATA_TRY(const auto seen, ask(server, &file_stub::Stat, what));
  if (!to_stdout && seen.file().type() != v1::FILE_TYPE_DIRECTORY)
    return error{errc::not_a_directory, fmt::format("copy {}: it is not a directory (a file is copied without -r)", from.path)};
  v1::ReadArchiveRequest request;
  *request.mutable_session() = what.session();
  request.set_path(from.path);
  request.set_user(what.user());
  std::optional<local_tar> tree;
  if (!to_stdout) {
    std::error_code problem;
    const auto target = fs::is_directory(to, problem) ? fs::path{to} / last_step(from.path) : fs::path{to};
    fs::create_directories(target, problem);
    if (problem)
      return errno_error("make", target.string(), problem.value());
    STRATA_TRY(auto tar, local_tar::unpack(target.string()));
    tree.emplace(std::move(tar));
  }
  transfer_progress progress{from.path, 0, given.has("--quiet") || to_stdout};
  STRATA_CHECK(download_archive(server, request, [&](std::string_view bytes) -> result<void> {
    progress.add(static_cast<std::int64_t>(bytes.size()));
    if (tree)
      return tree->write(bytes);
    return write_all(STDOUT_FILENO, bytes) ? result<void>{} : errno_error("write", "standard output");
  }));
  if (tree)
    STRATA_CHECK(tree->finish());
  return 0;
}

} // namespace strata::client
