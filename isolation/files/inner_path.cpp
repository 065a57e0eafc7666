// SPDX-License-Identifier: MIT
#include "isolation/files/inner_path.hpp"

#include <algorithm>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::files {

namespace {

/// Calls `take` for each step that says something, until it says no.
template <class Take> bool each_step(std::string_view path, Take take) {
  while (!path.empty()) {
    const auto step = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (!step.empty() && step != "." && !take(step))
      return false;
  }
  return true;
}

} // namespace

std::optional<std::string> inner_path(const std::string& name) {
  if (name.starts_with('/') || name.find('\0') != name.npos)
    return std::nullopt;
  std::string path;
  const bool inner = each_step(name, [&](std::string_view step) {
    path.append(path.empty() ? "" : "/").append(step);
    return step != "..";
  });
  return inner ? std::optional{path} : std::nullopt;
}

bool stays_within(const std::string& path, const std::string& target) {
  auto above = std::count(path.begin(), path.end(), '/');
  bool down = false;
  return !target.empty() && !target.starts_with('/') && each_step(target, [&](std::string_view step) {
    if (step != "..")
      return down = true;
    return !down && above-- > 0;
  });
}

unique_fd open_within(int top, const std::string& path, bool no_links) noexcept {
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (no_links ? RESOLVE_NO_SYMLINKS : 0U);
  return unique_fd{static_cast<int>(::syscall(SYS_openat2, top, path.empty() ? "." : path.c_str(), &how, sizeof how))};
}

} // namespace strata::files
