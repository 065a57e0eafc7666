// SPDX-License-Identifier: MIT
#include "cli/operator/check.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace strata {

// The findings are made up here, so is the judgement's input; can_run() itself is isolation/'s.
namespace {

using verdict = host_finding::verdict;

TEST(findings, are_a_table_with_remedies) {
  const std::vector<host_finding> findings{
    {"bubblewrap", verdict::ok, true, "0.8.0, /usr/bin/bwrap", ""},
    {"id ranges", verdict::limited, true, "all sessions share one range", "add a line to /etc/subuid"},
    {"fuse driver", verdict::missing, false, "no /dev/fuse", "modprobe fuse"},
  };
  EXPECT_EQ("ok       bubblewrap   0.8.0, /usr/bin/bwrap\n"
            "limited  id ranges    all sessions share one range\n"
            "                      -> add a line to /etc/subuid\n"
            "absent   fuse driver  no /dev/fuse\n"
            "                      -> modprobe fuse\n"
            "\n"
            "Strata can run here.\n",
            findings_table(findings));
}

TEST(findings, say_what_keeps_the_server_from_running) {
  EXPECT_THAT(findings_table({{"bubblewrap", verdict::missing, true, "not found", "apt-get install bubblewrap"}}),
              testing::EndsWith("\nStrata cannot run here; missing: bubblewrap.\n"));
}

TEST(findings, are_json_whatever_bytes_they_hold) {
  const auto document = nlohmann::json::parse(findings_json({{"a", verdict::missing, true, "bad \xff byte\n", "b\"c"}}));
  EXPECT_EQ(false, document["can_run"]);
  ASSERT_EQ(1U, document["findings"].size());
  const auto& finding = document["findings"][0];
  EXPECT_EQ("a", finding["need"]);
  EXPECT_EQ("missing", finding["state"]);
  EXPECT_EQ(true, finding["required"]);
  EXPECT_EQ("bad \xef\xbf\xbd byte\n", finding["detail"]);
  EXPECT_EQ("b\"c", finding["remedy"]);
}

} // namespace
} // namespace strata
