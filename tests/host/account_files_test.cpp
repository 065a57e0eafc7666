// SPDX-License-Identifier: MIT
#include "isolation/account_files.hpp"

#include <gmock/gmock.h>

namespace strata {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto passwd = "root:x:0:0:the admin,room 5:/root:/usr/bin/fish\n"
                        "toor:x:0:0::/root:/bin/sh\n"
                        "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
                        "alice:x:1000:1000:Alice:/home/alice:/bin/bash\n"
                        "oldhash:$1$abc$hash:12:12:::/bin/sh\n"
                        "postgres:$6$salt$hash:107:115:PostgreSQL:/var/lib/postgresql:/bin/bash\n"
                        "+nisuser::::::\n"
                        "bad name:x:13:13::/:/bin/sh\n"
                        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr auto group = "root:x:0:alice\nwheel:x:0:alice\nshadow:x:42:\npostgres:$6$x:115:alice,postgres\nalice:x:1000:\nsudo:x:"
                       "27:alice\nnogroup:x:65534:\n";

TEST(system_accounts, are_root_the_system_and_nobody) {
  const auto files = system_accounts(passwd, group);
  EXPECT_EQ("root:x:0:0:root:/root:/bin/bash\n"
            "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
            "postgres:x:107:115:postgres:/var/lib/postgresql:/bin/bash\n"
            "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
            files.passwd);
  EXPECT_EQ("root:x:0:\nshadow:x:42:\npostgres:x:115:postgres\nsudo:x:27:\nnogroup:x:65534:\n", files.group);
}

TEST(system_accounts, have_no_password) {
  const auto files = system_accounts(passwd, group);
  EXPECT_EQ(
    "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\npostgres:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n",
    files.shadow);
  EXPECT_EQ("root:*::\nshadow:*::\npostgres:*::postgres\nsudo:*::\nnogroup:*::\n", files.gshadow);
  for (const auto& text : {files.passwd, files.group, files.shadow, files.gshadow}) {
    EXPECT_THAT(text, Not(HasSubstr("$")));
    EXPECT_THAT(text, Not(HasSubstr("alice")));
  }
}

TEST(system_accounts, are_complete_without_a_host) {
  const auto files = system_accounts("", "garbage\n:::\n");
  EXPECT_EQ("root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", files.passwd);
  EXPECT_EQ("root:x:0:\nshadow:x:42:\nnogroup:x:65534:\n", files.group);
}

} // namespace
} // namespace strata
