// SPDX-License-Identifier: MIT
#include "isolation/removal_text.hpp"

#include <cerrno>
#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::HasSubstr;

TEST(removal_text, names_path_and_reason) {
  EXPECT_EQ("remove s-1/a: operation not permitted", removal_failure_text("s-1/a", EPERM));
  EXPECT_EQ("remove s-1/a: a file system is mounted there (umount it)", removal_failure_text("s-1/a", EXDEV));
  EXPECT_EQ("remove s-1/a: a file system is mounted there (umount it)", removal_failure_text("s-1/a", EBUSY));
}

TEST(removal_text, is_printable_and_bounded) {
  std::string every;
  for (int byte = 1; byte < 256; ++byte)
    every += static_cast<char>(byte);
  for (const auto& path : {every, std::string(100'000, 'x'), "a\nb\033[31m \\" + every + every}) {
    const auto text = removal_failure_text(path, ENOENT);
    EXPECT_LT(text.size(), 400U);
    EXPECT_THAT(text, HasSubstr(": no such file or directory"));
    for (const char c : text)
      EXPECT_TRUE(c >= ' ' && c <= '~') << text;
  }
  EXPECT_EQ("remove a\\x0a\\x5c\\x20b: file exists", removal_failure_text("a\n\\ b", EEXIST));
}

} // namespace
} // namespace strata
