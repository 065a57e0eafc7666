// SPDX-License-Identifier: MIT
#pragma once

#include "tests/actors/scene.hpp"

/// Requests about processes.
namespace strata::test {

inline start_process starting(const std::string& command) {
  start_process request;
  request.session.key = key();
  request.command = command;
  return request;
}

template <class Operation> Operation on(const std::string& process) {
  Operation operation;
  operation.session.key = key();
  operation.process = process;
  return operation;
}

inline get_process looking(const std::string& process, std::int64_t wait_ms = 0) {
  auto operation = on<get_process>(process);
  operation.wait_ms = wait_ms;
  return operation;
}

} // namespace strata::test
