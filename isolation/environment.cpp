// SPDX-License-Identifier: MIT
#include "isolation/environment.hpp"

namespace strata {

std::vector<std::string> command_environment(const std::map<std::string, std::string>& own) {
  std::map<std::string, std::string> all{
    {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
    {"HOME", "/root"},
    {"USER", "root"},
    {"LOGNAME", "root"},
    {"SHELL", "/bin/bash"},
    {"TERM", "xterm-256color"},
    {"LANG", "C.UTF-8"},
  };
  for (const auto& [name, value] : own)
    all[name] = value;
  return assignments(all);
}

std::vector<std::string> assignments(const std::map<std::string, std::string>& own) {
  std::vector<std::string> list;
  list.reserve(own.size());
  for (const auto& [name, value] : own)
    list.push_back(name + '=' + value);
  return list;
}

} // namespace strata
