// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/copy_place.hpp"

namespace strata::client {

/// One file into a session, or out of it, whole or not at all.
result<int> copy_file_in(const invocation& given, connection_to_server& server, const std::string& from, const copy_place& to);
result<int> copy_file_out(const invocation& given, connection_to_server& server, const copy_place& from, const std::string& to);

} // namespace strata::client
