// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "actors/reply.hpp"
#include "isolation/input_stream.hpp"

#include <cstdint>
#include <memory>

namespace strata {

/// Who waits until a process has taken an input.
struct input_wait {
  std::uint64_t call_id;
  std::shared_ptr<input_stream> input;
  accepted_input answer;
  reply<accepted_input> tell;
};

} // namespace strata
