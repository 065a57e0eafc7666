// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isolation/wire/codec.hpp"

/// What the server tells strata-launcher, encoded by codec.hpp in the memfd at wire::plan_fd. Both are built together.
namespace strata::wire {

/// Names in the launcher's scratch tmpfs, which is bwrap's working directory.
inline constexpr char root_tree[] = "root";       ///< the composed root of the session
inline constexpr char shell_tree[] = "shell";     ///< the shell mount, writable here
inline constexpr char home_tree[] = "files/home"; ///< driver none: the writable home

/// A line on the report pipe: this prefix, the pid of a new child of the server in decimal, a newline.
inline constexpr char child_mark[] = "\001child ";

enum class plan_map : std::uint32_t { range, subid_range, single };
enum class plan_driver : std::uint32_t { kernel, fuse, none };

struct plan_layer {
  std::string source; ///< absolute path on the host
  std::string target; ///< below the root, "" for the first layer
  std::uint8_t read_only = 0;
  template <class S, class F> static void fields(S&& s, F f) { f(s.source, s.target, s.read_only); }
};

struct plan_limit {
  std::int32_t resource = 0;        ///< RLIMIT_*
  std::uint64_t soft = 0, hard = 0; ///< lowered to the hard limit that is in force
  template <class S, class F> static void fields(S&& s, F f) { f(s.resource, s.soft, s.hard); }
};

struct launch_plan {
  plan_map map = plan_map::single;
  std::uint32_t first_id = 0, id_count = 0;
  plan_driver driver = plan_driver::kernel;
  std::uint8_t shift = 0;            ///< the layers become idmapped mounts
  std::uint8_t nest = 0;             ///< the payload's user namespace is one below that of its mounts, and none can be made in it
  std::uint8_t seccomp_programs = 0; ///< at wire::given_seccomp_fd and on
  std::vector<std::string> groups;   ///< files to write the pid of the first process to
  std::string work_group;            ///< the file that becomes wire::work_group_fd; empty: none
  std::uint64_t shared_memory_bytes = 0; ///< most System V shared memory; 0: as the kernel has it
  std::vector<plan_layer> layers;
  std::vector<plan_limit> limits;
  std::vector<std::string> bwrap;                   ///< argv; [0] is the absolute path
  std::string fuse_overlayfs, newuidmap, newgidmap; ///< absolute paths, where needed
  template <class S, class F> static void fields(S&& s, F f) {
    f(s.map, s.first_id, s.id_count, s.driver, s.shift, s.nest, s.seccomp_programs, s.groups, s.work_group, s.shared_memory_bytes,
      s.layers, s.limits, s.bwrap, s.fuse_overlayfs, s.newuidmap, s.newgidmap);
  }
};

} // namespace strata::wire
