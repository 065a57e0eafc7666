// SPDX-License-Identifier: MIT
#include "isolation/agent/work_group.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace strata::agent {

namespace {
int work_group = -1;
}

void use_work_group(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  work_group = fd;
}

bool enter_work_group() { return work_group < 0 || ::write(work_group, "0", 1) == 1; }

} // namespace strata::agent
