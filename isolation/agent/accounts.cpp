// SPDX-License-Identifier: MIT
#include "isolation/agent/accounts.hpp"

#include "isolation/unique_fd.hpp"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <sys/stat.h>

namespace strata::agent {

namespace {

constexpr std::size_t max_file = 1024 * 1024;
constexpr std::size_t max_groups = 256;

/// -1 as an id means "unchanged" to the kernel, so it is none.
std::optional<std::uint32_t> parse_id(std::string_view text) {
  std::uint32_t id = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failed != std::errc{} || end != text.data() + text.size() || id == ~std::uint32_t{0})
    return std::nullopt;
  return id;
}

std::string_view take_until(std::string_view& text, char mark) {
  auto end = text.find(mark);
  auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

struct passwd_entry {
  std::string_view name, home;
  std::uint32_t user, group;
};

template <class Match> std::optional<passwd_entry> find_entry(std::string_view passwd, Match matches) {
  while (!passwd.empty()) {
    auto line = take_until(passwd, '\n');
    std::array<std::string_view, 7> field; // name:password:uid:gid:gecos:home:shell
    for (auto& part : field)
      part = take_until(line, ':');
    auto user = parse_id(field[2]);
    auto group = parse_id(field[3]);
    if (!user || !group || field[0].empty())
      continue;
    passwd_entry entry{field[0], field[5], *user, *group};
    if (matches(entry))
      return entry;
  }
  return std::nullopt;
}

std::vector<gid_t> groups_of(std::string_view name, gid_t primary, std::string_view group) {
  std::vector<gid_t> found{primary};
  while (!group.empty() && found.size() < max_groups) {
    auto line = take_until(group, '\n');
    take_until(line, ':');
    take_until(line, ':');
    auto id = parse_id(take_until(line, ':'));
    while (id && !line.empty())
      if (take_until(line, ',') == name) {
        if (*id != primary)
          found.push_back(*id);
        break;
      }
  }
  return found;
}

std::string read_file(const char* path) {
  std::string text;
  unique_fd file{::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return text;
  char part[4096];
  while (text.size() < max_file) {
    auto got = ::read(file.get(), part, sizeof part);
    if (got <= 0)
      break;
    text.append(part, static_cast<std::size_t>(got));
  }
  return text;
}

} // namespace

std::optional<account> find_account(std::string_view passwd, std::string_view group, std::string_view user) {
  if (user.empty())
    user = "0";
  auto rest = user;
  auto first = take_until(rest, ':');
  auto id = parse_id(first);
  auto entry = find_entry(passwd, [&](const passwd_entry& each) { return id ? each.user == *id : each.name == first; });
  if (!id && (!entry || first.size() != user.size()))
    return std::nullopt;

  account found;
  found.user = id ? *id : entry->user;
  found.group = entry ? entry->group : found.user;
  found.name = entry ? entry->name : first;
  found.home = entry && entry->home.starts_with('/') ? entry->home : "/";
  if (first.size() != user.size()) { // uid:gid is exactly that, as in docker run --user
    auto own = parse_id(rest);
    if (!own)
      return std::nullopt;
    found.group = *own;
    found.groups = {*own};
  } else {
    found.groups = groups_of(found.name, found.group, group);
  }
  return found;
}

std::optional<account> find_account(std::string_view user) {
  return find_account(read_file("/etc/passwd"), read_file("/etc/group"), user);
}

} // namespace strata::agent
