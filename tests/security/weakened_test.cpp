// SPDX-License-Identifier: MIT
// Every probe fails where nothing contains it, so that none passes for another reason.
#include "tests/security/attack.hpp"

#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <iostream>

namespace strata::test {
namespace {

class weakened : public attack_test {
protected:
  void expect_broken(const probe_entry& probe, const probe_result& seen) {
    std::cout << fmt::format("{}: {}: {}: {}\n", probe.broken_by, probe.name, seen.how, seen.text);
    if (seen.how == "absent" || (probe.broken_by == "bare" && lacks(seen.text))
        || (needs_whole_root(probe.name) && !is_whole_root()))
      ++untried_;
    else
      EXPECT_EQ(seen.how, "broken") << probe.name << ": " << seen.text;
  }
  /// On the host itself these come from a kernel that has no such thing.
  static bool lacks(const std::string& text) {
    return text == "Function not implemented" || text == "Address family not supported by protocol"
           || text == "Protocol not supported";
  }
  static bool needs_whole_root(const std::string& name) {
    return name == "oom_score" || name == "raise_open_files" || name == "raise_core_size";
  }
  /// The root of a container may lack CAP_SYS_RESOURCE.
  static bool is_whole_root() { return shell("(echo -999 >/proc/self/oom_score_adj) 2>/dev/null").exit_code == 0; }
  static std::vector<probe_entry> broken_by(const std::string& what) {
    std::vector<probe_entry> some;
    for (const auto& probe : probes())
      if (probe.broken_by == what)
        some.push_back(probe);
    return some;
  }
  int untried_ = 0;
};

TEST_F(weakened, an_open_server_holds_none_of_its_probes) {
  setup.arguments = {"--seccomp", "off", "--weaken",
                     "user_namespaces,capabilities,proc_masks,empty_sys,agent_guard,tmpfs_sizes,landlock"};
  begin();
  for (const auto& probe : broken_by("open"))
    expect_broken(probe, attack(probe.name));
  EXPECT_EQ(untried_, 0);
}

// Remounting takes what the other measures would have taken away; with Landlock the root stays read-only even so.
TEST_F(weakened, landlock_is_a_line_of_its_own) {
  if (!as_root())
    GTEST_SKIP() << "a plain user's base is read-only by its owner, too";
  for (const bool landlock : {true, false}) {
    const std::string others = "capabilities,user_namespaces";
    live_server none{
      {.arguments = {"--overlay-driver", "none", "--seccomp", "off", "--weaken", others + (landlock ? "" : ",landlock")}}};
    rest_client client{none.port()};
    const auto seen = client.run(session, "mount -o remount,bind,rw / 2>&1; touch /etc/strata-probe && echo written");
    EXPECT_EQ(seen.value("stdout", "").find("written") != std::string::npos, !landlock) << seen.dump();
    EXPECT_EQ(none.stop(), 0);
  }
}

TEST_F(weakened, a_session_cannot_hide_from_itself) {
  begin();
  attacking = victim;
  for (const auto& probe : broken_by("same_session"))
    expect_broken(probe, attack(probe.name));
  EXPECT_EQ(untried_, 0);
}

TEST_F(weakened, what_is_planted_is_found) {
  begin();
  std::string plant = "echo 'x:$6$planted:::' >>/etc/shadow;";
  for (const auto& each : facts()) {
    const auto path = each.substr(each.find('=') + 1);
    if (path.starts_with('/'))
      plant += " mkdir -p '" + path + "';";
  }
  client().run(attacker, plant);
  more_facts = {"mount_marker=/dev/shm"};
  for (const auto& probe : broken_by("planted"))
    expect_broken(probe, probe.name == "server_environment"      ? attack(probe.name, {{"env", {{"STRATA_PROBE_SECRET", "x"}}}})
                         : probe.name == "inherited_descriptors" ? attack(probe.name, {}, " 7</dev/null")
                                                                 : attack(probe.name));
  EXPECT_EQ(untried_, 0);
}

TEST_F(weakened, the_host_itself_holds_none) {
  if (!as_root())
    GTEST_SKIP() << "the host holds a plain user";
  begin();
  std::string told;
  for (const auto& each : facts())
    told += " '" + each + "'";
  for (const auto& probe : broken_by("bare"))
    expect_broken(probe, read_probe(shell(fmt::format("{} {}{}", STRATA_PROBES, probe.name, told)).text));
  std::cout << untried_ << " cannot be tried on this kernel\n";
  EXPECT_LE(untried_, static_cast<int>(broken_by("bare").size()) / 2);
}

} // namespace
} // namespace strata::test
