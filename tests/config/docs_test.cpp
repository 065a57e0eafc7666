// SPDX-License-Identifier: MIT
#include "config/load_settings.hpp"
#include "config/settings_docs.hpp"
#include "config/settings_file.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

namespace strata {
namespace {

std::string contents(const std::string& path) {
  std::ifstream in{std::string{STRATA_SOURCE_DIR "/"} + path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(settings_docs, are_what_the_code_says) {
  EXPECT_EQ(contents("docs/settings.md"), settings_markdown())
    << "write it anew: strata help --settings-markdown >docs/settings.md";
  EXPECT_EQ(contents("config/strata.example.toml"), settings_example())
    << "write it anew: strata help --settings-toml >config/strata.example.toml";
}

TEST(settings_docs, the_example_as_it_is_sets_nothing) {
  EXPECT_TRUE(parse_settings_file(settings_example(), "example").value().empty());
}

TEST(settings_docs, the_example_without_its_marks_is_the_defaults) {
  const auto text = std::regex_replace(settings_example(), std::regex{"\n#([a-z_]+ = )"}, "\n$1");
  const auto values = parse_settings_file(text, "example").value();
  ASSERT_EQ(knobs().size(), values.size());
  for (const auto& each : values)
    EXPECT_EQ(each.which->fallback.empty() && each.which->kind == value_kind::switch_ ? "true" : each.which->fallback, each.value)
      << each.which->key();
}

} // namespace
} // namespace strata
