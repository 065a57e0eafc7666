// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

#include <string>

namespace strata::client {

/// What cp is told: a local path, or one in a session.
struct copy_place {
  std::string session; ///< empty: local
  std::string path;    ///< local "-": standard input or output
};

/// "SESSION:PATH". A local path with a colon is written with a slash before it ("./a:b").
copy_place parse_copy_place(const std::string& text);

/// Its name, whatever slashes and dots it has.
std::string last_step(const std::string& path);

/// Where what is called `name` goes: into the path if that is a directory there, else the path itself.
result<std::string> remote_target(connection_to_server& server, const v1::SessionRef& session, const copy_place& to,
                                  const std::string& user, const std::string& name);

} // namespace strata::client
