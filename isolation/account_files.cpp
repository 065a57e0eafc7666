// SPDX-License-Identifier: MIT
#include "isolation/account_files.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <vector>

namespace strata {

namespace {

constexpr unsigned first_person = 1000; // login.defs(5): UID_MIN, GID_MIN
constexpr unsigned nobody_id = 65534;
constexpr std::size_t max_accounts = 2000;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_name(std::string_view word) {
  return !word.empty() && word.size() <= 32 && word.front() != '-' && word.front() != '+'
         && std::all_of(word.begin(), word.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
                     || c == '.';
            });
}

std::optional<unsigned> system_id(std::string_view word) {
  unsigned id = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (failure != std::errc{} || end != word.data() + word.size() || (id >= first_person && id != nobody_id))
    return std::nullopt;
  return id;
}

struct collected {
  account_files files;
  std::set<std::string, std::less<>> users, groups;

  void add_user(std::string_view name, unsigned uid, unsigned gid, std::string_view home, std::string_view shell) {
    if (users.size() >= max_accounts || !users.emplace(name).second)
      return;
    files.passwd += fmt::format("{0}:x:{1}:{2}:{0}:{3}:{4}\n", name, uid, gid, home, shell);
    files.shadow += fmt::format("{}:*:19000:0:99999:7:::\n", name);
  }
  void add_group(std::string_view name, unsigned gid, const std::string& members) {
    if (groups.size() >= max_accounts || !groups.emplace(name).second)
      return;
    files.group += fmt::format("{}:x:{}:{}\n", name, gid, members);
    files.gshadow += fmt::format("{}:*::{}\n", name, members);
  }
};

void take_user(collected& all, std::string_view line) {
  const auto fields = split(line, ':');
  if (fields.size() != 7 || !is_name(fields[0]) || fields[5].find('/') != 0)
    return;
  const auto uid = system_id(fields[2]);
  const auto gid = system_id(fields[3]);
  if (uid && gid && *uid != 0)
    all.add_user(fields[0], *uid, *gid, fields[5], fields[6].empty() ? "/bin/sh" : fields[6]);
}

void take_group(collected& all, std::string_view line) {
  const auto fields = split(line, ':');
  if (fields.size() != 4 || !is_name(fields[0]))
    return;
  const auto gid = system_id(fields[2]);
  if (!gid || *gid == 0)
    return;
  std::string members;
  for (const auto member : split(fields[3], ','))
    if (all.users.contains(member))
      members += (members.empty() ? "" : ",") + std::string{member};
  all.add_group(fields[0], *gid, members);
}

} // namespace

account_files system_accounts(std::string_view host_passwd, std::string_view host_group) {
  collected all;
  all.add_user("root", 0, 0, "/root", "/bin/bash");
  for (const auto line : split(host_passwd, '\n'))
    take_user(all, line);
  all.add_user("nobody", nobody_id, nobody_id, "/nonexistent", "/usr/sbin/nologin");
  all.add_group("root", 0, "");
  for (const auto line : split(host_group, '\n'))
    take_group(all, line);
  all.add_group("shadow", 42, "");
  all.add_group("nogroup", nobody_id, "");
  return std::move(all.files);
}

} // namespace strata
