// SPDX-License-Identifier: MIT
#include "isolation/spawn_launcher.hpp"

#include "isolation/spawn_program.hpp"
#include "isolation/wire/inherited.hpp"

namespace strata {

result<unique_fd> spawn_launcher(const std::string& program, const launcher_descriptors& descriptors) {
  std::vector<passed_descriptor> passed{{descriptors.report, 1},
                                        {descriptors.report, 2},
                                        {descriptors.plan, wire::plan_fd},
                                        {descriptors.files_dir, wire::session_dir_fd},
                                        {descriptors.control, wire::control_fd},
                                        {descriptors.agent, wire::agent_fd}};
  int number = wire::given_seccomp_fd;
  if (descriptors.seccomp != nullptr)
    for (const auto& filter : *descriptors.seccomp)
      passed.push_back({filter.get(), number++});
  return spawn_program("launcher", {program}, passed);
}

} // namespace strata
