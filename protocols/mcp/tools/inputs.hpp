// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/schema.hpp"

namespace strata {

/// The arguments of a tool about one session: those that name it, then its own.
inline ordered_json tool_input(const std::vector<named_schema>& own, const std::vector<std::string>& required = {}) {
  std::vector<named_schema> all{{"owner_id", text_schema("owner of the session")},
                                {"session_id", text_schema("name of the session")}};
  all.insert(all.end(), own.begin(), own.end());
  return object_schema(all, required);
}

} // namespace strata
