// SPDX-License-Identifier: MIT
// One of these per target, by clang's libFuzzer: STRATA_FUZZ_TARGET is the name of the function.
#include "tests/fuzz/targets.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  strata::fuzz::STRATA_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
