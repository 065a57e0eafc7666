// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/copy_place.hpp"

namespace strata::client {

/// A directory with all that is in it, into a session or out of it; "-" is a tar from standard input or to standard output.
result<int> copy_tree_in(const invocation& given, connection_to_server& server, const std::string& from, const copy_place& to);
result<int> copy_tree_out(const invocation& given, connection_to_server& server, const copy_place& from, const std::string& to);

} // namespace strata::client
