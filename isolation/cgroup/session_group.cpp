// SPDX-License-Identifier: MIT
#include "isolation/cgroup/session_group.hpp"

#include "isolation/cgroup/files.hpp"

#include <array>
#include <unistd.h>

namespace strata {

namespace {

std::uint64_t count_in(const unique_fd& file, std::string_view key) {
  std::array<char, 512> text;
  const auto got = file ? ::pread(file.get(), text.data(), text.size(), 0) : 0;
  return got > 0 ? number_after({text.data(), static_cast<std::size_t>(got)}, key).value_or(0) : 0;
}

} // namespace

limit_events session_group::events() const { return {count_in(memory_events_, "oom_kill"), count_in(pids_events_, "max")}; }

} // namespace strata
