// SPDX-License-Identifier: MIT
#pragma once

#include "tests/e2e/server_test.hpp"
#include "tests/security/prepared_base.hpp"

#include <optional>
#include <string>
#include <vector>

namespace strata::test {

/// A line of `strata-probes list`.
struct probe_entry {
  std::string group, name, broken_by, promise;
};

/// All probes, in the order of the tables.
const std::vector<probe_entry>& probes();

struct probe_result {
  std::string how; ///< held, broken, absent, or nothing when it did not answer
  std::string text;
};

/// The answer of a probe from what it printed.
probe_result read_probe(const std::string& printed);

/// A server with a session that attacks and one that has something to lose; files of the host that neither must see.
class attack_test : public server_test {
protected:
  void SetUp() override;
  void TearDown() override;

  /// Sessions of a prepared base instead of the host's.
  void use_prepared_base();
  /// Makes both sessions and puts the probes there. `attacker_is_victim`: the one with something to lose attacks.
  void begin();
  /// Runs it in the attacking session.
  probe_result attack(const std::string& name, const json& members = json::object(), const std::string& redirection = {});
  /// What every probe is told, and more; later ones win.
  std::vector<std::string> facts(const std::vector<std::string>& more = {}) const;
  /// Prints and expects that it was contained (or is nothing of this host's).
  void expect_held(const probe_entry& probe, const std::string& where);

  const session_name attacker{"mallory", "attack"};
  const session_name victim{"alice", "work"};
  session_name attacking = attacker;
  std::vector<std::string> more_facts; ///< for all probes of this test

private:
  std::string plant(const std::string& directory);

  std::optional<prepared_base> base_;
  std::vector<std::string> planted_;
  std::vector<std::string> facts_;
  int abstract_ = -1;
};

} // namespace strata::test
