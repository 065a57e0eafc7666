// SPDX-License-Identifier: MIT
#include "tests/security/attack.hpp"

#include "tests/support/shell.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace strata::test {

namespace {

constexpr char where[] = "/root/strata-probes";

std::string contents_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

int listen_at_abstract(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(made, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(made, 8) != 0)
    ADD_FAILURE() << "listen at an abstract socket";
  return made;
}

} // namespace

const std::vector<probe_entry>& probes() {
  static const auto all = [] {
    std::vector<probe_entry> entries;
    std::istringstream lines{shell(STRATA_PROBES " list").text};
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields{line};
      probe_entry entry;
      std::getline(fields, entry.group, '\t');
      std::getline(fields, entry.name, '\t');
      std::getline(fields, entry.broken_by, '\t');
      std::getline(fields, entry.promise, '\t');
      entries.push_back(std::move(entry));
    }
    return entries;
  }();
  return all;
}

probe_result read_probe(const std::string& printed) {
  const auto first = printed.find(": ");
  const auto second = printed.find(": ", first + 2);
  if (first == std::string::npos || second == std::string::npos)
    return {"", printed};
  auto text = printed.substr(second + 2);
  while (text.ends_with('\n'))
    text.pop_back();
  return {printed.substr(first + 2, second - first - 2), text};
}

void attack_test::SetUp() {
  server_test::SetUp();
  setup.environment["STRATA_PROBE_SECRET"] = "of the server";
}

void attack_test::TearDown() {
  for (const auto& path : planted_)
    ::unlink(path.c_str());
  ::close(abstract_);
  server_test::TearDown();
}

void attack_test::use_prepared_base() {
  base_.emplace(!as_root() && has_subids());
  setup.arguments.insert(setup.arguments.end(), {"--base-rootfs", base_->path()});
}

std::string attack_test::plant(const std::string& directory) {
  auto path = directory + "/.strata-probe-XXXXXX";
  const int file = ::mkstemp(path.data());
  if (file < 0)
    return {};
  ::fchmod(file, 0644);
  ::close(file);
  planted_.push_back(path);
  return path;
}

void attack_test::begin() {
  const auto abstract = fmt::format("strata-probe-host-{}", ::getpid());
  abstract_ = listen_at_abstract(abstract);
  const char* home = std::getenv("HOME");
  facts_ = {"host_tmp_file=" + plant("/tmp"),
            "host_var_tmp_file=" + plant("/var/tmp"),
            "host_home_file=" + plant(home != nullptr ? home : "/"),
            "session_root=" + server().session_root().string(),
            "mount_marker=" + server().session_root().parent_path().filename().string(),
            fmt::format("server_pid={}", server().pid()),
            fmt::format("server_port={}", server().port()),
            "abstract=" + abstract};
  for (const auto& each : {attacker, victim}) {
    ASSERT_TRUE(is_status(client().create(each), 200));
    ASSERT_TRUE(is_status(
      client().call("PUT", each.path() + "/files?path=" + std::string{where} + "&mode=0755", contents_of(STRATA_PROBES)), 201));
  }
  facts_.push_back("host_new_file=" + plant("/tmp"));
  const auto begun =
    client().post(victim.path() + "/processes", {{"argv", {where, "victim", "strata-probe-victim"}}, {"tag", "victim"}});
  ASSERT_TRUE(is_status(begun, 201));
  const auto said = client().get(victim.path() + "/processes/tag:victim/output?wait_ms=20000&until=ready");
  ASSERT_NE(said.body.find("ready"), std::string::npos) << said.body;
}

std::vector<std::string> attack_test::facts(const std::vector<std::string>& more) const {
  auto all = more; // a probe takes the first
  all.insert(all.end(), more_facts.begin(), more_facts.end());
  all.insert(all.end(), facts_.begin(), facts_.end());
  return all;
}

probe_result attack_test::attack(const std::string& name, const json& members, const std::string& redirection) {
  auto command = fmt::format("{} {}", where, name);
  for (const auto& each : facts())
    command += " '" + each + "'";
  json with = members;
  with["shell"] = "fresh";
  with["timeout_ms"] = 60'000;
  return read_probe(client().run(attacking, command + redirection, with).value("stdout", ""));
}

void attack_test::expect_held(const probe_entry& probe, const std::string& description) {
  const auto seen = attack(probe.name);
  std::cout << fmt::format("{}: {}: {} ({})\n", description, probe.name,
                           seen.how == "broken" || seen.how.empty() ? "FAIL" : "pass",
                           seen.how.empty() ? "no answer " + seen.text : seen.how + ": " + seen.text);
  EXPECT_TRUE(seen.how == "held" || seen.how == "absent") << probe.name << " (" << probe.promise << "): " << seen.text;
}

} // namespace strata::test
