// SPDX-License-Identifier: MIT
#pragma once

namespace strata {

/// What the gRPC and protobuf libraries would write to standard error goes into the log as `grpc.problem`, at most once a
/// second: clients can cause it at will. Thread safe.
void take_library_log();

} // namespace strata
