// SPDX-License-Identifier: MIT
#include "isolation/agent/accounts.hpp"

#include <gtest/gtest.h>

namespace strata::agent {

namespace {

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/bash\n"
                                    "broken\n:x:9:9::/:\nfar:x:4294967295:1::/:\n"
                                    "web:x:33:33:www:/var/www:/bin/sh\n"
                                    "homeless:x:40:41::relative:/bin/sh\n"
                                    "last:x:50:50::/home/last";
constexpr std::string_view group =
  "root:x:0:\nweb:x:33:\nvideo:x:44:web,last\nbad:x:zz:web\naudio:x:29:other,web\nown:x:50:last\n";

} // namespace

TEST(accounts, finds_names_and_numbers) {
  auto web = find_account(passwd, group, "web");
  ASSERT_TRUE(web);
  EXPECT_EQ(web->user, 33u);
  EXPECT_EQ(web->home, "/var/www");
  EXPECT_EQ(web->groups, (std::vector<gid_t>{33, 44, 29}));
  EXPECT_EQ(find_account(passwd, group, "33")->name, "web");
  EXPECT_EQ(find_account(passwd, group, "")->home, "/root");
  EXPECT_EQ(find_account(passwd, group, "last")->groups, (std::vector<gid_t>{50, 44}));
  EXPECT_EQ(find_account(passwd, group, "homeless")->home, "/");
}

TEST(accounts, takes_numbers_without_an_entry) {
  auto nobody = find_account(passwd, group, "1234");
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->group, 1234u);
  EXPECT_EQ(nobody->home, "/");
  EXPECT_EQ(nobody->name, "1234");
  auto both = find_account(passwd, group, "33:7");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->group, 7u);
  EXPECT_EQ(both->groups, std::vector<gid_t>{7});
  EXPECT_EQ(find_account("", "", "")->user, 0u);
}

TEST(accounts, refuses_the_rest) {
  for (const char* wrong :
       {"nobody-of-that-name", "far", "4294967295", "33:", "33:x", "web:33", "-1", "33:4294967295", ":", "99999999999", "broken"})
    EXPECT_FALSE(find_account(passwd, group, wrong)) << wrong;
}

} // namespace strata::agent
