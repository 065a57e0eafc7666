// SPDX-License-Identifier: MIT
#include "tests/security/attack.hpp"

#include <fstream>
#include <set>

namespace strata::test {
namespace {

constexpr char first_line[] = "<!-- probes: made by `security_test --gtest_filter=probe_table.*`, which prints it anew -->\n";
constexpr char last_line[] = "<!-- end of probes -->\n";

std::string table() {
  std::string text = "| probe | what is promised | fails |\n|---|---|---|\n";
  for (const auto& probe : probes()) {
    const auto where = probe.broken_by == "bare"           ? "on the host itself"
                       : probe.broken_by == "open"         ? "with every measure left out"
                       : probe.broken_by == "same_session" ? "within that session"
                                                           : "when it is planted";
    text += "| " + probe.name + " | " + probe.group + ": " + probe.promise + " | " + where + " |\n";
  }
  return text;
}

TEST(probe_table, in_security_md_is_that_of_the_program) {
  std::ifstream file{STRATA_SECURITY_PAGE};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_NE(page.find(first_line + table() + last_line), std::string::npos) << "put this into SECURITY.md:\n"
                                                                            << first_line << table() << last_line;
}

TEST(probe_table, names_are_unique) {
  std::set<std::string> names;
  for (const auto& probe : probes())
    EXPECT_TRUE(names.insert(probe.name).second) << probe.name;
}

} // namespace
} // namespace strata::test
