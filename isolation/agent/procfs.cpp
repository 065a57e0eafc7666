// SPDX-License-Identifier: MIT
#include "isolation/agent/procfs.hpp"

#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::agent {

namespace {

// The name in field 2 may hold anything, a closing bracket included; what follows the last one is numbers.
std::optional<process_facts> parse_stat(pid_t pid, const std::string& line) {
  auto name_end = line.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= line.size())
    return std::nullopt;
  process_facts facts;
  facts.pid = pid;
  facts.state = line[name_end + 2];
  const char* at = line.c_str() + name_end + 3;
  for (int field = 4; field <= 20 && *at != '\0'; ++field) {
    char* end = nullptr;
    auto value = std::strtoll(at, &end, 10);
    if (end == at)
      break;
    at = end;
    switch (field) {
    case 4: facts.parent = static_cast<pid_t>(value); break;
    case 14:
    case 15: facts.own_ticks += static_cast<std::uint64_t>(value); break;
    case 16:
    case 17: facts.reaped_ticks += static_cast<std::uint64_t>(value); break;
    case 20: facts.threads = value; break;
    default: break;
    }
  }
  return facts;
}

} // namespace

std::optional<std::string> procfs::read(const std::string& name, std::size_t limit) const {
  unique_fd file{::openat(directory_.get(), name.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file)
    return std::nullopt;
  std::string text;
  char part[4096];
  while (text.size() < limit) {
    auto got = ::read(file.get(), part, sizeof part);
    if (got < 0)
      return std::nullopt; // ESRCH: it has gone meanwhile
    if (got == 0)
      break;
    text.append(part, static_cast<std::size_t>(got));
  }
  return text;
}

std::vector<process_facts> procfs::processes() const {
  std::vector<process_facts> all;
  unique_fd list{::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  alignas(dirent64) char entries[16 * 1024];
  for (;;) {
    auto got = ::syscall(SYS_getdents64, list.get(), entries, sizeof entries);
    if (got <= 0)
      return all;
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries + at);
      at += entry->d_reclen;
      if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
        continue;
      if (auto facts = process(static_cast<pid_t>(std::atoi(entry->d_name))))
        all.push_back(*facts);
    }
  }
}

std::optional<process_facts> procfs::process(pid_t pid) const {
  auto line = read(std::to_string(pid) + "/stat", 4096);
  return line ? parse_stat(pid, *line) : std::nullopt;
}

std::int64_t procfs::resident_pages(pid_t pid) const {
  auto line = read(std::to_string(pid) + "/statm", 256);
  if (!line)
    return 0;
  char* second = nullptr;
  (void)std::strtoll(line->c_str(), &second, 10);
  return std::strtoll(second, nullptr, 10);
}

std::optional<birth_mark> procfs::mark(pid_t pid) const {
  auto text = read(std::to_string(pid) + "/limits", 16 * 1024);
  if (!text)
    return std::nullopt;
  constexpr char title[] = "Max realtime timeout";
  auto row = text->find(title);
  if (row == std::string::npos)
    return std::nullopt;
  // "Max realtime timeout      SOFT                 HARD                 us"
  const char* at = text->c_str() + row + sizeof title - 1;
  for (int column = 0;; ++column) {
    at += std::strspn(at, " ");
    if (column == 1)
      return *at == 'u' ? ~birth_mark{0} : std::strtoull(at, nullptr, 10);
    at += std::strcspn(at, " \n");
  }
}

std::string procfs::cwd(pid_t pid) const {
  std::string target(4096, '\0');
  auto name = std::to_string(pid) + "/cwd";
  auto size = ::readlinkat(directory_.get(), name.c_str(), target.data(), target.size());
  if (size <= 0 || target[0] != '/')
    return {};
  target.resize(static_cast<std::size_t>(size));
  constexpr std::string_view removed = " (deleted)";
  if (target.ends_with(removed)) { // or a directory that is really named so. On an overlay the number of links tells nothing
    struct stat here {
    }, there{};
    if (::fstatat(directory_.get(), name.c_str(), &here, 0) != 0 || ::stat(target.c_str(), &there) != 0
        || here.st_dev != there.st_dev || here.st_ino != there.st_ino)
      target.resize(target.size() - removed.size());
  }
  return target;
}

std::optional<std::vector<pid_t>> procfs::children(pid_t pid) const {
  auto number = std::to_string(pid);
  auto text = read(number + "/task/" + number + "/children", 1024 * 1024);
  if (!text)
    return std::nullopt;
  std::vector<pid_t> found;
  const char* at = text->c_str();
  for (char* end = nullptr;; at = end) {
    auto value = std::strtol(at, &end, 10);
    if (end == at)
      return found;
    found.push_back(static_cast<pid_t>(value));
  }
}

} // namespace strata::agent
