// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"

namespace strata::archive {

/// Tells the server why it does not go on; false, for its caller to say so.
inline bool tell_failure(const files::channel& server, wire::file_problem why, const std::string& text) {
  server.tell(wire::files_message::failure, wire::files_failure{why, 0, text, 0, {}});
  return false;
}

inline bool tell_broken_off(const files::channel& server) {
  return tell_failure(server, wire::file_problem::broken_off, "convert archive");
}

} // namespace strata::archive
