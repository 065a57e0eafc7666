// SPDX-License-Identifier: MIT
// What the pages say is what the code does.
#include "protocols/error_table.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

namespace strata::test {

namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in{fs::path{STRATA_SOURCE_DIR} / path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string grpc_name(grpc_code code) {
  switch (code) {
  case grpc_code::invalid_argument: return "INVALID_ARGUMENT";
  case grpc_code::not_found: return "NOT_FOUND";
  case grpc_code::already_exists: return "ALREADY_EXISTS";
  case grpc_code::permission_denied: return "PERMISSION_DENIED";
  case grpc_code::resource_exhausted: return "RESOURCE_EXHAUSTED";
  case grpc_code::failed_precondition: return "FAILED_PRECONDITION";
  case grpc_code::aborted: return "ABORTED";
  case grpc_code::out_of_range: return "OUT_OF_RANGE";
  case grpc_code::unimplemented: return "UNIMPLEMENTED";
  case grpc_code::internal: return "INTERNAL";
  case grpc_code::unavailable: return "UNAVAILABLE";
  case grpc_code::unauthenticated: return "UNAUTHENTICATED";
  }
  return {};
}

TEST(docs, errors_md_has_the_row_of_every_code) {
  const auto page = contents("docs/errors.md");
  for (int code = 0; code <= static_cast<int>(errc::internal); ++code) {
    const auto& row = row_of(static_cast<errc>(code));
    auto line = fmt::format("\n| {} | {} | {} | {} | {} | ", to_string(row.code), row.http, grpc_name(row.grpc), row.json_rpc,
                            row.retryable ? "yes" : "no");
    EXPECT_THAT(page, testing::HasSubstr(line));
  }
}

/// How many tests a page names, each of which must exist.
int tests_named_in(const std::string& page) {
  static const std::regex reference{"`(tests/[^`: ]+): ([a-z_0-9]+)\\.([a-z_0-9]+)`"};
  int found = 0;
  for (std::sregex_iterator at{page.begin(), page.end(), reference}; at != std::sregex_iterator{}; ++at, ++found) {
    const auto source = contents((*at)[1].str());
    const std::regex test{fmt::format("TEST(_F|_P)?\\({}, *{}\\)", (*at)[2].str(), (*at)[3].str())};
    EXPECT_TRUE(std::regex_search(source, test)) << at->str();
  }
  return found;
}

TEST(docs, every_test_that_security_md_names_exists) { EXPECT_GT(tests_named_in(contents("SECURITY.md")), 20); }

TEST(docs, every_row_of_the_seeds_contract_and_every_fault_of_it_has_a_test) {
  const auto page = contents("docs/seed-compatibility.md");
  tests_named_in(page);
  const auto faults = page.find("## Faults of the seed");
  ASSERT_NE(faults, page.npos);
  for (int row = 1; row <= 39; ++row)
    EXPECT_THAT(page.substr(0, faults), testing::HasSubstr(fmt::format("\n| {} | `tests/", row)));
  for (int bug = 1; bug <= 17; ++bug) {
    const std::regex line{fmt::format("\n\\| {} \\| [^|]+ \\| `tests/", bug)};
    EXPECT_TRUE(std::regex_search(page.begin() + static_cast<std::ptrdiff_t>(faults), page.end(), line)) << bug;
  }
}

TEST(docs, links_between_pages_lead_somewhere) {
  static const std::regex link{"\\]\\(([^)#: ]+)(#[^)]*)?\\)"};
  for (const auto* page : {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/rest.md",
                           "docs/exec.md", "docs/errors.md", "docs/websocket.md", "docs/cli.md", "docs/grpc.md", "docs/mcp.md",
                           "docs/seed-compatibility.md", "docs/every-protocol.md", "docs/processes.md", "bench/README.md"}) {
    const auto text = contents(page);
    EXPECT_FALSE(text.empty()) << page;
    for (std::sregex_iterator at{text.begin(), text.end(), link}; at != std::sregex_iterator{}; ++at)
      EXPECT_TRUE(fs::exists(fs::path{STRATA_SOURCE_DIR} / fs::path{page}.parent_path() / (*at)[1].str()))
        << page << ": " << at->str();
  }
}

} // namespace

} // namespace strata::test
