// SPDX-License-Identifier: MIT
#include "isolation/agent/birth_mark.hpp"

#include "isolation/wire/inherited.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace strata::agent {

birth_marks::birth_marks() : lowest_{wire::first_birth_mark} {
  rlimit own{};
  if (::getrlimit(RLIMIT_RTTIME, &own) == 0)
    lowest_ = std::min<birth_mark>(lowest_, own.rlim_max);
}

bool set_birth_mark(pid_t pid, birth_mark mark) noexcept {
  rlimit both{mark, mark};
  return ::prlimit(pid, RLIMIT_RTTIME, &both, nullptr) == 0;
}

birth_mark remark_shell(pid_t shell, birth_mark fresh) noexcept {
  rlimit now{};
  if (::prlimit(shell, RLIMIT_RTTIME, nullptr, &now) != 0)
    return fresh;
  auto mark = now.rlim_max > fresh ? fresh : std::max<birth_mark>(now.rlim_max, 2) - 1;
  return set_birth_mark(shell, mark) ? mark : now.rlim_max;
}

} // namespace strata::agent
