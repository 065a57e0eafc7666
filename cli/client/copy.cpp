// SPDX-License-Identifier: MIT
#include "cli/client/copy.hpp"

#include "cli/client/copy_file.hpp"
#include "cli/client/copy_tree.hpp"

namespace strata::client {

namespace {

result<int> copy(const invocation& given) {
  STRATA_TRY(auto server, connection_to_server::of(given));
  const auto from = parse_copy_place(given.arguments.at(0)), to = parse_copy_place(given.arguments.at(1));
  if (from.session.empty() == to.session.empty())
    return error{errc::invalid_argument, "cp: one of SOURCE and TARGET is in a session (SESSION:PATH), the other is not"};
  const auto& local = from.session.empty() ? from.path : to.path;
  const bool tree = given.has("-r,--recursive") || local == "-";
  if (from.session.empty())
    return tree ? copy_tree_in(given, server, from.path, to) : copy_file_in(given, server, from.path, to);
  return tree ? copy_tree_out(given, server, from, to.path) : copy_file_out(given, server, from, to.path);
}

} // namespace

command copy_command() {
  return {.words = {"cp"},
          .summary = "copy files into a session or out of it",
          .arguments = {{"SOURCE", "SESSION:PATH, or a local path; -: a tar from standard input"},
                        {"TARGET", "the other of the two; a directory: under the source's name; -: a tar to standard output"}},
          .flags = with_client_flags({{"-r,--recursive", "", "a directory with all that is in it, links as links"},
                                      {"--as", "USER", "account inside that does it"},
                                      {"--quiet", "", "no progress bar"}}),
          .run = copy};
}

} // namespace strata::client
