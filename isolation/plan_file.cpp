// SPDX-License-Identifier: MIT
#include "isolation/plan_file.hpp"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace strata {

wire::plan_map to_plan(id_map_kind kind) noexcept {
  switch (kind) {
  case id_map_kind::range: return wire::plan_map::range;
  case id_map_kind::subid_range: return wire::plan_map::subid_range;
  case id_map_kind::single: break;
  }
  return wire::plan_map::single;
}

result<unique_fd> write_plan(const wire::launch_plan& plan) {
  const auto bytes = wire::encode(plan);
  unique_fd memfd{::memfd_create("strata-launch-plan", MFD_CLOEXEC)};
  if (!memfd)
    return errno_error("make memfd for the launch plan");
  if (::write(memfd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return errno_error("write launch plan");
  return memfd;
}

} // namespace strata
