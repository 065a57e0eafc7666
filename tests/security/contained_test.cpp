// SPDX-License-Identifier: MIT
// Every probe, in a real session of each kind of server that there is.
#include "tests/security/attack.hpp"

#include <gmock/gmock.h>

namespace strata::test {
namespace {

struct configuration {
  const char* name;
  bool prepared;
  std::vector<std::string> arguments;
};

std::string name_of(const testing::TestParamInfo<configuration>& info) { return info.param.name; }

class contained : public attack_test, public testing::WithParamInterface<configuration> {};

// The kernel shows where a bound tree lies on its file system; without an overlay there is no other way.
bool is_known_limit(const configuration& with, const std::string& probe) {
  return probe == "mount_table" && std::string{with.name} == "no_overlay";
}

TEST_P(contained, every_probe_is_held) {
  if (!as_root() && !has_subids() && GetParam().prepared)
    GTEST_SKIP() << "a plain user without subordinate ids has no base but its own";
  if (GetParam().prepared)
    use_prepared_base();
  setup.arguments.insert(setup.arguments.end(), GetParam().arguments.begin(), GetParam().arguments.end());
  begin();
  ASSERT_GE(probes().size(), 80U);
  for (const auto& probe : probes())
    if (!is_known_limit(GetParam(), probe.name))
      expect_held(probe, GetParam().name);
  const auto state = client().get(attacker.path()).body;
  EXPECT_THAT(state, testing::Not(testing::HasSubstr("weakened")));
}

INSTANTIATE_TEST_SUITE_P(each, contained,
                         testing::Values(configuration{"host_base", false, {}}, configuration{"prepared_base", true, {}},
                                         configuration{"fuse", false, {"--overlay-driver", "fuse"}},
                                         configuration{"no_overlay", false, {"--overlay-driver", "none"}},
                                         configuration{"strict", false, {"--seccomp", "strict"}}),
                         name_of);

// The second lines, with the first one away.
class without_seccomp : public attack_test {
protected:
  static bool only_by_seccomp(const std::string& name) {
    const bool by_id = as_root() || has_subids(); // the agent differs by an id
    return name.ends_with("_priority") || name == "agent_affinity" || name == "agent_scheduling"
           || (name == "agent_limits" && !by_id);
  }
};

TEST_F(without_seccomp, namespaces_and_mounts_are_held_by_capabilities_and_the_limit) {
  setup.arguments = {"--seccomp", "off"};
  begin();
  for (const auto& probe : probes())
    if ((probe.group == "Namespaces" || probe.group == "Mounts" || probe.group == "Process 1") && probe.name != "setns_own"
        && !only_by_seccomp(probe.name))
      expect_held(probe, "without seccomp");
}

} // namespace
} // namespace strata::test
