// SPDX-License-Identifier: MIT
#include "isolation/agent/privileges.hpp"

#include <array>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::agent {

namespace {

using capability_sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>; // 64 capabilities, 32 in each

bool is_in(const capability_sets& sets, unsigned capability) {
  return (sets[capability / 32].permitted >> capability % 32 & 1) != 0;
}

void take_out(capability_sets& sets, unsigned capability) {
  const auto others = ~(1U << capability % 32);
  auto& set = sets[capability / 32];
  set.permitted &= others;
  set.effective &= others;
  set.inheritable &= others;
}

} // namespace

bool reduce_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  capability_sets sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0)
    return false;
  for (unsigned each = 0; each < 64; ++each) {
    const int there = ::prctl(PR_CAPBSET_READ, each, 0, 0, 0);
    if (there < 0)
      break; // this kernel has no more
    if (there == 1 && (each == CAP_SETPCAP || !is_in(sets, each)) && ::prctl(PR_CAPBSET_DROP, each, 0, 0, 0) != 0)
      return false;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  take_out(sets, CAP_SETPCAP);
  return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

} // namespace strata::agent
