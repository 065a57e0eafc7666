// SPDX-License-Identifier: MIT
// What people do in a session, and what is left of it outside: nothing.
#include "tests/e2e/server_test.hpp"
#include "tests/support/descendants.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <set>
#include <sstream>

namespace strata::test {

namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : digits[word >> (18 - 6 * k) & 63];
  }
  return out;
}

class real_work : public server_test {
protected:
  /// Whether the session's base has a program; the reason for skipping otherwise.
  bool has(const char* program) {
    return client().run(session, fmt::format("command -v {} >/dev/null", program))["exit_code"] == 0;
  }
};

TEST_F(real_work, a_c_program_is_written_compiled_and_reads_its_stdin) {
  if (!has("gcc"))
    GTEST_SKIP() << "the base has no gcc";
  client().run(session, "mkdir -p /root/src && cd /root/src && cat >sum.c", {{"stdin", R"(#include <stdio.h>
int main(void) {
  long n, sum = 0;
  while (scanf("%ld", &n) == 1)
    sum += n;
  printf("%ld\n", sum);
  return 9;
}
)"}});
  auto compiled = client().run(session, "gcc -O2 -Wall -o sum sum.c");
  ASSERT_EQ(compiled["exit_code"], 0) << compiled.dump();
  std::string numbers;
  for (int i = 1; i <= 10'000; ++i)
    numbers += std::to_string(i) + "\n";
  auto sum = client().run(session, "./sum", {{"stdin", numbers}});
  EXPECT_EQ(sum["stdout"], "50005000\n");
  EXPECT_EQ(sum["exit_code"], 9);
}

TEST_F(real_work, python_writes_ten_thousand_files_that_are_gone_after_delete) {
  if (!has("python3"))
    GTEST_SKIP() << "the base has no python3";
  auto wrote = client().run(
    session, "python3 - <<'END'\nimport os\nos.makedirs('/root/many')\nfor i in range(10000):\n"
             "    with open(f'/root/many/{i}', 'w') as f:\n        f.write(str(i))\nprint(len(os.listdir('/root/many')))\nEND");
  EXPECT_EQ(wrote["output"], "10000") << wrote.dump();
  EXPECT_EQ(client().output(session, "cat /root/many/9999; ls /root/many | wc -l"), "999910000");
  EXPECT_TRUE(is_status(client().remove(session), 200));
  EXPECT_TRUE(server().session_files().empty());
}

/// A small package of Debian that is not installed here, fetched from the configured mirror.
fs::path downloaded_package(const fs::path& into, std::string& name) {
  for (const auto* candidate : {"hello", "sl", "figlet"}) {
    if (fs::exists(fmt::format("/var/lib/dpkg/info/{}.list", candidate)))
      continue;
    auto command = fmt::format(
      "cd '{}' && apt-get -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=20 download {} </dev/null >/dev/null 2>&1",
      into.string(), candidate);
    if (std::system(command.c_str()) != 0)
      continue;
    for (const auto& entry : fs::directory_iterator{into})
      if (entry.path().extension() == ".deb") {
        name = candidate;
        return entry.path();
      }
  }
  return {};
}

TEST_F(real_work, a_debian_package_is_installed_in_one_session_and_nowhere_else) {
  temporary_directory downloads;
  std::string name;
  const auto package = downloaded_package(downloads.path(), name);
  if (package.empty())
    GTEST_SKIP() << "no .deb could be downloaded from the configured Debian mirror";
  if (client().run(session, "test -w /usr/bin && test -w /var/lib/dpkg")["exit_code"] != 0)
    GTEST_SKIP() << "the base is read-only in /usr (a plain user without a prepared base): dpkg cannot install there";
  const auto listed = [&] { return fs::exists(fmt::format("/var/lib/dpkg/info/{}.list", name)); };

  EXPECT_EQ(client().run(session, "cat >/root/package.deb", {{"stdin_b64", base64(bytes_of(package))}})["exit_code"], 0);
  auto installed = client().run(session, "dpkg -i /root/package.deb");
  ASSERT_EQ(installed["exit_code"], 0) << installed.dump();
  EXPECT_EQ(client().output(session, "dpkg-query -W -f '${db:Status-Status}' " + name), "installed");
  EXPECT_EQ(
    client().run(session, fmt::format("dpkg -L {0} | grep -m 1 -E '/(bin|games)/' | xargs -r test -x", name))["exit_code"], 0);

  EXPECT_FALSE(listed()) << "the host's package state changed";
  EXPECT_EQ(bytes_of("/var/lib/dpkg/status").find("\nPackage: " + name + "\n"), std::string::npos);
  const session_name second{"bob", "second"};
  EXPECT_NE(client().run(second, "dpkg-query -W " + name)["exit_code"], 0) << "another session sees it";
  EXPECT_EQ(client().output(second, fmt::format("ls /root; ls /var/lib/dpkg/info/{}.list 2>/dev/null", name)), "");
  EXPECT_TRUE(is_status(client().remove(session), 200));
  EXPECT_FALSE(listed());
}

/// When a process started, in clock ticks since the boot (field 22 of /proc/PID/stat); 0 when it is gone.
std::uint64_t started_at(const fs::path& process) {
  const auto stat = bytes_of(process / "stat");
  std::istringstream fields{stat.substr(std::min(stat.rfind(')') + 1, stat.size()))};
  std::string field;
  for (int number = 3; number <= 22 && fields >> field; ++number) {
  }
  return std::strtoull(field.c_str(), nullptr, 10);
}

/// Namespaces of all processes below this one, as "pid:[4026532000]".
std::set<std::string> namespaces_of(const std::vector<process_view>& processes) {
  std::set<std::string> found;
  for (const auto& process : processes)
    for (const auto* kind : {"pid", "mnt", "net", "user", "ipc", "uts", "cgroup"}) {
      std::error_code failure;
      auto link = fs::read_symlink(fmt::format("/proc/{}/ns/{}", process.pid, kind), failure);
      if (!failure && link != fs::read_symlink(fmt::format("/proc/self/ns/{}", kind), failure))
        found.insert(link.string());
    }
  return found;
}

TEST_F(real_work, after_delete_no_byte_process_mount_or_namespace_is_left) {
  client().run(
    session,
    "mkdir -p /root/a/b; dd if=/dev/zero of=/root/a/b/large bs=1M count=20 2>/dev/null; chmod 0 /root/a; ln -s / /root/link; "
    "mkfifo /root/fifo; (setsid sleep 7794 </dev/null >/dev/null 2>&1 &); sleep 7795 & disown");
  ASSERT_TRUE(eventually([] { return find_descendant("sleep 7794").has_value(); }));
  auto inside = descendants(server().pid());
  ASSERT_FALSE(inside.empty());
  const auto namespaces = namespaces_of(inside);
  std::uint64_t last_start = 0;
  for (const auto& process : inside)
    last_start = std::max(last_start, started_at(fmt::format("/proc/{}", process.pid)));
  if (as_root()) {
    EXPECT_GE(namespaces.size(), 5U);
  }
  EXPECT_TRUE(is_status(client().remove(session), 200));
  EXPECT_TRUE(server().session_files().empty());
  EXPECT_EQ(mounts_with(server().session_root().string()), "");
  EXPECT_TRUE(eventually([&] { return descendants(server().pid()).empty(); })) << "processes are left";
  // Whoever still held one would be as old as they are: the kernel gives their numbers to later ones.
  for (const auto& entry : fs::directory_iterator{"/proc"})
    for (const auto* kind : {"pid", "mnt", "net", "user", "ipc", "uts"}) {
      std::error_code failure;
      if (started_at(entry.path()) > last_start)
        continue;
      auto link = fs::read_symlink(entry.path() / "ns" / kind, failure);
      EXPECT_TRUE(failure || !namespaces.contains(link.string())) << entry.path() << " still holds " << link;
    }
}

class host_files : public server_test {};

TEST_F(host_files, what_appears_on_the_host_after_the_start_is_not_seen_inside) {
  if (!as_root())
    GTEST_SKIP() << "only root can make files in /, /etc and /var";
  ASSERT_TRUE(is_status(client().create(session), 200));
  const auto mark = fmt::format("strata-e2e-{}", server().pid());
  const std::vector<fs::path> made{fs::path{"/"} / mark, fs::path{"/etc"} / mark, fs::path{"/var"} / mark};
  for (const auto& path : made)
    std::ofstream{path} << "secret\n";
  for (const auto& name : {session, session_name{"late", "comer"}})
    for (const auto& path : made) {
      EXPECT_NE(client().run(name, "cat " + path.string())["exit_code"], 0) << path;
      EXPECT_EQ(client().output(name, fmt::format("ls -a {} | grep -c {}", path.parent_path().string(), mark)), "0");
    }
  for (const auto& path : made)
    fs::remove(path);
  EXPECT_NE(client().run(session, "cat /etc/shadow | grep -v ':[*!]'", {{"shell", "fresh"}})["exit_code"], 0)
    << "no password hash of the host";
}

} // namespace

} // namespace strata::test
