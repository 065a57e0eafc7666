// SPDX-License-Identifier: MIT
#include "cli/operator/open_files.hpp"

#include <sys/resource.h>

namespace strata {

std::uint64_t raise_open_files() noexcept {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
    return raised.rlim_cur;
  return limit.rlim_cur;
}

} // namespace strata
