// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <string>

namespace strata {
namespace {

/// Whether a file of cli/ may include that header of the project: the command line and the client commands know no layer
/// of the server; cli/operator/ composes it and may know all.
bool may_include(const std::string& header) {
  return header.starts_with("config/") || (header.starts_with("cli/") && !header.starts_with("cli/operator/"));
}

TEST(client_layer, includes_nothing_of_the_server) {
  const std::filesystem::path root = STRATA_SOURCE_DIR;
  const std::regex include{R"(^\s*#\s*include\s*"([^"]+)\")"};
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{root / "cli"}) {
    if (entry.path().string().starts_with((root / "cli" / "operator").string())
        || (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp"))
      continue;
    std::ifstream in{entry.path()};
    std::smatch found;
    for (std::string line; std::getline(in, line);)
      if (std::regex_search(line, found, include)) {
        ++seen;
        EXPECT_TRUE(may_include(found[1])) << entry.path() << " includes " << found[1];
      }
  }
  EXPECT_GT(seen, 30);
}

TEST(client_layer, the_rule_can_be_broken) {
  EXPECT_TRUE(may_include("config/error.hpp"));
  EXPECT_TRUE(may_include("cli/command.hpp"));
  EXPECT_FALSE(may_include("cli/operator/run.hpp"));
  EXPECT_FALSE(may_include("protocols/server.hpp"));
  EXPECT_FALSE(may_include("isolation/sandbox.hpp"));
}

} // namespace
} // namespace strata
