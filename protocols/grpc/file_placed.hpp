// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/grpc/file_messages.hpp"
#include "protocols/grpc/session_messages.hpp"

namespace strata {

/// What most requests about files have.
template <class Operation, class Request> Operation placed(const Request& asked) {
  Operation operation;
  operation.session = session_of(asked.session());
  operation.path = asked.path();
  operation.user = asked.user();
  return operation;
}

inline v1::FileType proto_type(file_type type) {
  return type < file_type::unknown ? static_cast<v1::FileType>(static_cast<int>(type) + 1) : v1::FILE_TYPE_UNSPECIFIED;
}

} // namespace strata
