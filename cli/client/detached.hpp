// SPDX-License-Identifier: MIT
#pragma once

#include "cli/client/connection.hpp"

#include <strata/v1/process.pb.h>

namespace strata::client {

/// `strata exec -d`: starts it and leaves; its id goes to standard output. It keeps its output (`strata logs`), takes no input, and on a
/// terminal has 80 × 24.
result<int> start_detached(connection_to_server& server, const v1::RunRequest::Start& start, const invocation& given);

} // namespace strata::client
