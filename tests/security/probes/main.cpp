// SPDX-License-Identifier: MIT
// strata-probes list | victim | NAME [KEY=VALUE...]: prints "held", "broken" or "absent" with what was seen; exit codes 0, 1, 77.
#include "tests/security/probes/probe.hpp"
#include "tests/security/probes/victim.hpp"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace strata::probes {

namespace {

std::vector<std::string> facts;

constexpr const char* weakness_names[] = {"open", "bare", "same_session", "planted"};

std::vector<std::span<const probe>> all() {
  return {kernel_probes(),    namespace_probes(), mount_probes(),    agent_probes(), proc_probes(),   device_probes(),
          privilege_probes(), socket_probes(),    terminal_probes(), host_probes(),  session_probes()};
}

int list() {
  for (const auto table : all())
    for (const auto& each : table)
      std::printf("%s\t%s\t%s\t%s\n", each.group, each.name, weakness_names[static_cast<int>(each.broken_by)], each.promise);
  return 0;
}

int run(const std::string& name) {
  auto tables = all();
  tables.push_back(privilege_questions());
  for (const auto table : tables)
    for (const auto& each : table)
      if (name == each.name) {
        const auto seen = each.attack();
        constexpr const char* words[] = {"held", "broken", "absent"};
        constexpr int codes[] = {0, 1, 77};
        std::printf("%s: %s: %s\n", each.name, words[static_cast<int>(seen.how)], seen.text.c_str());
        return codes[static_cast<int>(seen.how)];
      }
  std::fprintf(stderr, "strata-probes: no probe %s\n", name.c_str());
  return 2;
}

} // namespace

std::string fact(const char* key) {
  const auto length = std::strlen(key);
  for (const auto& each : facts)
    if (each.starts_with(key) && each.size() > length && each[length] == '=')
      return each.substr(length + 1);
  return {};
}

verdict held(std::string text) { return {outcome::held, std::move(text)}; }
verdict broken(std::string text) { return {outcome::broken, std::move(text)}; }
verdict absent(std::string text) { return {outcome::absent, std::move(text)}; }

bool is_refusal(int number) {
  return number == EPERM || number == EACCES || number == ENOSYS || number == EAFNOSUPPORT || number == EPROTONOSUPPORT;
}

verdict by_answer(long answer) {
  if (answer >= 0)
    return broken("it was done");
  return is_refusal(errno) ? held(error_text(errno)) : broken("it was tried: " + error_text(errno));
}

std::string error_text(int number) { return std::strerror(number); }

int in_child(int (*what)()) {
  const auto child = ::fork();
  if (child == 0)
    ::_exit(what());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string contents(const char* path, std::size_t most) {
  std::string text;
  const int file = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char part[4096];
  while (file >= 0 && text.size() < most) {
    const auto got = ::read(file, part, sizeof part);
    if (got <= 0)
      break;
    text.append(part, static_cast<std::size_t>(got));
  }
  if (file >= 0)
    ::close(file);
  return text;
}

bool exists(const char* path) { return ::access(path, F_OK) == 0; }

} // namespace strata::probes

int main(int count, char** arguments) {
  using namespace strata::probes;
  for (int i = 2; i < count; ++i)
    facts.emplace_back(arguments[i]);
  if (count < 2) {
    std::fprintf(stderr, "usage: strata-probes list | victim | NAME [KEY=VALUE...]\n");
    return 2;
  }
  const std::string what = arguments[1];
  if (what == "victim")
    return be_victim();
  return what == "list" ? list() : run(what);
}
