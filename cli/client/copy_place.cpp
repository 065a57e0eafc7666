// SPDX-License-Identifier: MIT
#include "cli/client/copy_place.hpp"

#include "cli/client/file_transfer.hpp"
#include "cli/client/session_call.hpp"

#include <filesystem>

namespace strata::client {

namespace fs = std::filesystem;

copy_place parse_copy_place(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == text.npos || colon == 0 || text.starts_with('/') || text.starts_with('.'))
    return {{}, text};
  return {text.substr(0, colon), colon + 1 == text.size() ? "~" : text.substr(colon + 1)};
}

std::string last_step(const std::string& path) {
  auto step = fs::path{path}.lexically_normal();
  if (!step.has_filename())
    step = step.parent_path();
  return step.filename().string();
}

result<std::string> remote_target(connection_to_server& server, const v1::SessionRef& session, const copy_place& to,
                                  const std::string& user, const std::string& name) {
  v1::StatRequest asked;
  *asked.mutable_session() = session;
  asked.set_path(to.path);
  asked.set_user(user);
  const auto seen = ask(server, &file_stub::Stat, asked);
  const bool directory = seen && seen->file().type() == v1::FILE_TYPE_DIRECTORY;
  if (!seen && seen.error().code != errc::file_not_found && seen.error().code != errc::session_not_found)
    return seen.error();
  return directory || to.path.ends_with('/') ? to.path + (to.path.ends_with('/') ? "" : "/") + name : to.path;
}

} // namespace strata::client
