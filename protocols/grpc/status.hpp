// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <grpcpp/support/status.h>

namespace strata {

/// An error as gRPC tells it: the code of the one table, the message, and as details (google.rpc.Status) ErrorInfo with the
/// error's own code as reason, "strata" as domain and its facts as metadata, and RetryInfo where it makes sense to try again.
grpc::Status to_status(const error& failure);

} // namespace strata
