// SPDX-License-Identifier: MIT
#include "tests/layers/layer_rules.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

namespace strata::test {

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::set<std::string> source_files() {
  namespace fs = std::filesystem;
  const fs::path root = STRATA_SOURCE_DIR;
  std::set<std::string> found;
  for (auto folder : {"config", "isolation", "actors", "protocols", "cli", "bench", "tests"})
    for (const auto& entry : fs::recursive_directory_iterator{root / folder})
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
        found.insert(entry.path().lexically_relative(root).string());
  found.insert("main.cpp");
  return found;
}

std::string contents(const std::string& path) {
  std::ifstream in{std::filesystem::path{STRATA_SOURCE_DIR} / path};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(layers, the_project_keeps_its_rules) {
  auto files = source_files();
  ASSERT_GT(files.size(), 100U);
  for (const auto& path : files)
    EXPECT_THAT(violations(path, contents(path), [&](std::string_view name) { return files.contains(std::string{name}); }),
                IsEmpty());
}

const std::string head = "// SPDX-License-Identifier: MIT\n";

struct planted {
  const char* path;
  std::string text;
  const char* complaint; ///< empty: none
};

class planted_violation : public testing::TestWithParam<planted> {};

TEST_P(planted_violation, is_found) {
  const auto& [path, text, complaint] = GetParam();
  auto found = violations(path, text, [](std::string_view name) { return name == "actors/own.hpp"; });
  if (*complaint == '\0')
    EXPECT_THAT(found, IsEmpty());
  else
    EXPECT_THAT(found, Contains(HasSubstr(complaint)));
}

INSTANTIATE_TEST_SUITE_P(
  rules, planted_violation,
  testing::Values(planted{"isolation/x.cpp", head + "#include \"actors/session.hpp\"\n", "points up"},
                  planted{"isolation/x.cpp", head + "  #  include \"actors/session.hpp\"\n", "points up"},
                  planted{"actors/x.cpp", head + "#include \"protocols/server.hpp\"\n", "points up"},
                  planted{"config/x.cpp", head + "#include \"isolation/pidfd.hpp\"\n", "points up"},
                  planted{"protocols/x.cpp", head + "#include \"cli/cli.hpp\"\n", "points up"},
                  planted{"actors/x.cpp", head + "#include \"tests/support/scene.hpp\"\n", "points up"},
                  planted{"actors/x.cpp", head + "#include \"session.hpp\"\n", "not written from the root"},
                  planted{"actors/x.cpp", head + "#include \"isolation/pidfd.hpp\"\n// #include \"protocols/server.hpp\"\n", ""},
                  planted{"main.cpp", head + "#include \"protocols/server.hpp\"\n#include \"config/error.hpp\"\n", ""},
                  planted{"actors/x.cpp", head + "#include <nlohmann/json.hpp>\n", "below protocols/"},
                  planted{"isolation/x.cpp", head + "#include <google/protobuf/message.h>\n", "below protocols/"},
                  planted{"actors/x.cpp", head + "#include \"protocols/strata.pb.h\"\n", "below protocols/"},
                  planted{"protocols/x.cpp", head + "#include <nlohmann/json.hpp>\n", ""},
                  planted{"actors/x.cpp", head + "#include <caf/actor.hpp>\n", "only through actors/caf_facade.hpp"},
                  planted{"isolation/x.cpp", head + "#include <caf/actor.hpp>\n", "only through actors/caf_facade.hpp"},
                  planted{"protocols/x.cpp", head + "#include \"actors/caf_facade.hpp\"\n", "outside actors/"},
                  planted{"protocols/x.cpp", head + "caf::actor a;\n", "names a type of CAF"},
                  planted{"protocols/x.cpp", head + "// caf::actor a;\nauto text = \"caf::actor\";\n", ""},
                  planted{"actors/x.cpp", head + "#include \"actors/caf_facade.hpp\"\ncaf::actor a;\n", ""},
                  planted{"actors/x.cpp", head + "void f() { ::close(3); }\n", "calls close(2)"},
                  planted{"protocols/x.cpp", head + "if (::kill (pid, 9))\n", "calls kill(2)"},
                  planted{"main.cpp", head + "auto r = ::umount2(p, 0);\n", "calls umount2(2)"},
                  planted{"cli/x.cpp", head + "umount(p);\n", "calls umount(2)"},
                  planted{"actors/x.cpp", head + "void session::close(int) { registry::kill(1); socket.close(); }\n", ""},
                  planted{"actors/x.cpp", head + "/* ::close(3); */ auto s = R\"(::close(3))\"; auto c = '\"'; // ::kill(1)\n",
                          ""},
                  planted{"isolation/x.cpp", head + "void f() { ::close(3); ::umount2(p, 0); }\n", ""},
                  planted{"tests/x.cpp", head + "void f() { ::kill(3, 9); }\n", ""},
                  planted{"actors/x.cpp", head + std::string(299, '\n'), ""},
                  planted{"actors/x.cpp", head + std::string(300, '\n'), "has 301 lines"},
                  planted{"actors/x.cpp", "int x;\n", "licence"}, planted{"actors/x.hpp", head + "int x;\n", "#pragma once"},
                  planted{"actors/own.cpp", head + "#include <string>\n#include \"actors/own.hpp\"\n", "own header first"},
                  planted{"actors/own.cpp", head + "#include \"actors/own.hpp\"\n#include <string>\n", ""},
                  planted{"utils/x.cpp", head, "lies in no layer"}),
  [](const auto& given) { return "planted_" + std::to_string(given.index); });

} // namespace

} // namespace strata::test
