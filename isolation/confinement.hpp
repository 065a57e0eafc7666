// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>

namespace strata {

/// Leaves this process nothing but its memory (256 MiB) and the descriptors that it has: it is nobody, may start nothing, and
/// may make no system call but those for reading, writing and memory (seccomp(2)), and `further` ones, by number. False where that
/// cannot be had; then it is not to go on. `file_bytes`: how large it may make a file.
bool confine(std::initializer_list<int> further = {}, std::uint64_t file_bytes = 0);

} // namespace strata
