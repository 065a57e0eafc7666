// SPDX-License-Identifier: MIT
#include "isolation/debian_archive.hpp"
#include "isolation/debian_sources.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(mirror_lines, reads_the_one_line_format) {
  const auto lines = mirror_lines({"# deb http://old/debian bookworm main\n"
                                   "deb http://m/debian bookworm main contrib\n"
                                   "deb-src http://m/debian bookworm main\n"
                                   "deb [arch=amd64 signed-by=/k.gpg] http://m/debian-security bookworm-security main # why\n"
                                   "deb http://other/tool stable main\n"
                                   "deb http://m/debian bookworm\n"},
                                  "bookworm", "bookworm");
  EXPECT_THAT(
    lines, ElementsAre("deb http://m/debian bookworm main contrib", "deb http://m/debian-security bookworm-security main # why"));
}

TEST(mirror_lines, reads_stanzas) {
  const auto lines =
    mirror_lines({"Types: deb deb-src\nURIs: http://m/debian\nSuites: bookworm\n bookworm-updates\n# no\nComponents: main\n\n"
                  "Enabled: no\nTypes: deb\nURIs: http://off/debian\nSuites: bookworm\nComponents: main\n\n"
                  "Types: deb\nURIs: https://deb.example/tool\nSuites: nodistro\nComponents: main\n"},
                 "bookworm", "trixie");
  EXPECT_THAT(lines, ElementsAre("deb http://m/debian trixie main", "deb http://m/debian trixie-updates main"));
}

TEST(mirror_lines, leaves_out_what_needs_a_password) {
  EXPECT_THAT(mirror_lines({"deb https://user:secret@m/debian bookworm main\n"}, "bookworm", "bookworm"), IsEmpty());
}

TEST(os_release_value, is_without_quotes) {
  EXPECT_EQ("bookworm", os_release_value("ID=debian\nVERSION_CODENAME=bookworm\n", "VERSION_CODENAME"));
  EXPECT_EQ("Debian GNU/Linux", os_release_value("PRETTY_NAME=\"Debian GNU/Linux\"\n", "PRETTY_NAME"));
  EXPECT_EQ("", os_release_value("ID=debian\n", "VERSION_CODENAME"));
}

TEST(debian_archive_command, refuses_options_in_disguise) {
  EXPECT_FALSE(debian_archive_command("--mode=root", {}, "/x", false));
  EXPECT_FALSE(debian_archive_command("a b", {}, "/x", false));
  EXPECT_FALSE(debian_archive_command("bookworm", {"--customize-hook=touch /x"}, "/x", false));
  EXPECT_FALSE(debian_archive_command("bookworm", {"bash,evil"}, "/x", false));
}

} // namespace
} // namespace strata
