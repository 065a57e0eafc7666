// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/mcp_reply.hpp"

namespace strata {

/// Serves resources/list, resources/templates/list and resources/read: files of sessions and what their processes have written
/// (resource_uri.hpp), up to 1 MiB; larger ones say how else they are read. False: the method is none of these.
bool serve_resource_method(const std::shared_ptr<mcp_reply>& reply);

} // namespace strata
