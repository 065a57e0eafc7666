// SPDX-License-Identifier: MIT
// What of a host's /etc a session sees, tried on a host that is made up.
#include "isolation/filtered_etc.hpp"
#include "isolation/harmless_copy.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class made_up_host : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/strata-etc-XXXXXX";
    path_ = ::mkdtemp(name);
    write("passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
    write("group", "root:x:0:\n");
    write("resolv.conf", "domain corp.example\nsearch corp.example\nnameserver 10.0.0.1\noptions edns0\n");
  }
  void TearDown() override { fs::remove_all(path_); }

  void write(const std::string& name, const std::string& text, mode_t mode = 0644) {
    const auto file = path_ / "host" / name;
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text;
    ::chmod(file.c_str(), mode);
  }
  fs::path made() const { return path_ / "made"; }
  std::string text(const std::string& name) const {
    std::ifstream file{made() / name};
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
  }
  bool has(const std::string& name) const { return fs::exists(fs::symlink_status(made() / name)); }
  void filter() {
    const auto done = make_filtered_etc(path_ / "host", made());
    ASSERT_TRUE(done) << done.error().message;
  }

  fs::path path_;
};

TEST_F(made_up_host, gives_what_programs_need) {
  write("ld.so.conf.d/x.conf", "/usr/lib/x\n");
  write("ssl/certs/ca-certificates.crt", "-----BEGIN CERTIFICATE-----\n");
  write("apt/sources.list.d/debian.sources", "Types: deb\nURIs: http://mirror.example/debian\n");
  write("python3.11/sitecustomize.py", "pass\n");
  write("skel/.bashrc", "# rc\n");
  write("security/namespace.init", "#!/bin/sh\n", 0755);
  fs::create_directories(path_ / "host/alternatives");
  fs::create_symlink("/usr/bin/vim.basic", path_ / "host/alternatives/editor");
  filter();
  EXPECT_EQ("/usr/lib/x\n", text("ld.so.conf.d/x.conf"));
  for (const auto* name :
       {"ssl/certs/ca-certificates.crt", "apt/sources.list.d/debian.sources", "python3.11/sitecustomize.py", "skel/.bashrc"})
    EXPECT_TRUE(has(name)) << name;
  EXPECT_EQ("/usr/bin/vim.basic", fs::read_symlink(made() / "alternatives/editor"));
  struct stat status {};
  ASSERT_EQ(0, ::stat((made() / "security/namespace.init").c_str(), &status));
  EXPECT_EQ(0755U, status.st_mode & 07777U);
}

TEST_F(made_up_host, keeps_its_secrets) {
  write("shadow", "root:$6$secret:1::::::\n");
  write("gshadow", "root:secret::\n");
  write("shadow-", "root:$6$secret:1::::::\n");
  write("ssh/ssh_host_ed25519_key", "secret", 0600);
  write("ssl/private/host.key", "secret", 0600);
  write("ssl/certs/both.pem", "-----BEGIN RSA PRIVATE KEY-----\nsecret\n");
  write("ssl/certs/ssl-cert-snakeoil.pem", "secret");
  write("apt/auth.conf", "machine m login u password secret\n");
  write("apt/auth.conf.d/m.conf", "machine m login u password secret\n");
  write("apt/sources.list", "deb https://user:secret@m/debian bookworm main\n");
  write("apt/sources.list.d/token.list", "deb https://secret@m/debian bookworm main\n");
  write("apt/apt.conf.d/proxy", "Acquire::http::Proxy \"http://user:secret@proxy:3128\";\n");
  write("apt/apt.conf.d/closed", "secret", 0640);
  write("maven/settings.xml", "<password>secret</password>\n");
  write("security/opasswd", "alice:1:secret\n");
  write("default/strata", "STRATA_KEY=secret\n");
  write("default/docker", "secret\n");
  for (const auto* name :
       {"npmrc", "pip.conf", "gitconfig", "environment", "sudoers", "fstab", "krb5.keytab", "machine-id", "wgetrc", "profile",
        "hostname", "hosts", "profile.d/corp.sh", "strata/config.toml", "postgresql/15/main/pg_hba.conf", "unheard-of"})
    write(name, "secret\n");
  filter();
  for (const auto& entry : fs::recursive_directory_iterator{made()}) {
    if (!entry.is_regular_file())
      continue;
    const auto name = fs::relative(entry.path(), made()).native();
    EXPECT_THAT(text(name), Not(HasSubstr("secret"))) << name;
    EXPECT_THAT(text(name), Not(HasSubstr("alice"))) << name;
  }
  for (const auto* name :
       {"ssh", "ssl/private", "apt/auth.conf", "apt/auth.conf.d", "npmrc", "unheard-of", "strata", "machine-id"})
    EXPECT_FALSE(has(name)) << name;
}

TEST_F(made_up_host, is_not_named) {
  filter();
  EXPECT_EQ("strata\n", text("hostname"));
  EXPECT_EQ("127.0.0.1\tlocalhost strata\n::1\tlocalhost ip6-localhost ip6-loopback\n", text("hosts"));
  EXPECT_EQ("nameserver 10.0.0.1\noptions edns0\n", text("resolv.conf"));
  EXPECT_EQ("", text("environment"));
  EXPECT_TRUE(fs::is_empty(made() / "profile.d"));
}

TEST_F(made_up_host, gives_neither_pipe_nor_device_nor_setuid_bit) {
  fs::create_directories(path_ / "host/skel");
  ASSERT_EQ(0, ::mkfifo((path_ / "host/skel/pipe").c_str(), 0644));
  write("skel/setuid", "x", 04755);
  filter();
  EXPECT_FALSE(has("skel/pipe"));
  struct stat status {};
  ASSERT_EQ(0, ::stat((made() / "skel/setuid").c_str(), &status));
  EXPECT_EQ(0755U, status.st_mode & 07777U);
}

TEST_F(made_up_host, is_not_copied_without_end) {
  write("skel/big", "");
  ASSERT_EQ(0, ::truncate((path_ / "host/skel/big").c_str(), off_t{1} << 40));
  const auto done = make_filtered_etc(path_ / "host", made());
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("skel/big: more than 64 MiB in all"));
}

TEST(looks_secret, knows_keys_and_passwords_in_addresses) {
  EXPECT_TRUE(looks_secret("-----BEGIN OPENSSH PRIVATE KEY-----"));
  EXPECT_TRUE(looks_secret("x http://a.b/ then https://u:p@h/x"));
  EXPECT_TRUE(looks_secret("https://token@h"));
  EXPECT_FALSE(looks_secret("http://h/x@y mailto:me@h -----BEGIN CERTIFICATE-----"));
}

} // namespace
} // namespace strata
