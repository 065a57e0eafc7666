// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/containment.hpp"
#include "isolation/sandbox.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// What decides bwrap's arguments. The sizes are of the tmpfs mounts, in bytes; they are charged to the session's memory.
struct bwrap_spec {
  std::string bwrap;                              ///< absolute path
  overlay_driver driver = overlay_driver::kernel; ///< none: read-only root, /root and /var/tmp of their own
  network_mode network = network_mode::none;
  containment measures;
  std::size_t seccomp_programs = 0; ///< at wire::seccomp_fd and on
  bool work_group = false;          ///< at wire::work_group_fd
  std::uint64_t open_files = 0;     ///< of what the agent starts; 0: as its own
  std::uint64_t tmp_bytes = 256ULL << 20;
  std::uint64_t shm_bytes = 64ULL << 20;
  std::uint64_t run_bytes = 16ULL << 20;
};

/// Whether an absolute path exists on this host.
using path_predicate = std::function<bool(std::string_view path)>;

/// The arguments of bwrap(1), [0] its path, for a run by uid 0 of the sandbox's user namespace in the launcher's scratch
/// directory (wire/launch_plan.hpp). Pure: what depends on the host comes through `exists`, which is asked about /proc
/// only, because bwrap 0.8 fails when the target of a mask is absent.
std::vector<std::string> bwrap_command(const bwrap_spec& spec, const path_predicate& exists);

} // namespace strata
