// SPDX-License-Identifier: MIT
#include "isolation/files/place.hpp"

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/random.h>

namespace strata::files {

namespace {

constexpr mode_t parent_mode = 0755;

/// Makes the directories of `path` that are missing; 0 or an errno value.
int make_directories(const std::string& path) {
  for (std::size_t end = 1;; ++end) {
    end = path.find('/', end);
    const auto step = path.substr(0, end);
    if (::mkdir(step.c_str(), parent_mode) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES && errno != EPERM)
      return errno;
    if (end == std::string::npos)
      return 0; // whether it is a directory now, its opening tells
  }
}

} // namespace

std::optional<std::string> real_path(const std::string& asked) {
  if (asked.empty() || asked.find('\0') != std::string::npos)
    return std::nullopt;
  std::string path = asked;
  if (path == "~" || path.starts_with("~/")) {
    const auto* home = ::getenv("HOME");
    path.replace(0, 1, home != nullptr && *home == '/' ? home : ".");
  }
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path.size() < PATH_MAX ? std::optional{path} : std::nullopt;
}

outcome place::open(const std::string& path, bool parents) {
  const auto slash = path.rfind('/');
  const auto above = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == ".." || name == ".") { // "/", "a/..": the directory itself
    directory.reset(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    name = ".";
  } else {
    directory.reset(::open(above.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  if (!directory && errno == ENOENT && parents && name != ".") {
    if (const auto number = make_directories(above); number != 0)
      return failed("make directory", above, number);
    directory.reset(::open(above.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  return directory ? outcome{} : failed("open directory", name == "." ? path : above);
}

outcome place::follow_links(const std::string& path) {
  for (int links = 0;; ++links) {
    char target[PATH_MAX];
    const auto length = ::readlinkat(directory.get(), name.c_str(), target, sizeof target);
    if (length < 0)
      return {}; // no link, or nothing
    if (links == max_links || length == static_cast<ssize_t>(sizeof target))
      return failed("follow link", path, ELOOP);
    std::string to{target, static_cast<std::size_t>(length)};
    while (to.size() > 1 && to.back() == '/')
      to.pop_back();
    const auto slash = to.rfind('/');
    if (slash != std::string::npos) {
      const auto above = slash == 0 ? std::string{"/"} : to.substr(0, slash);
      unique_fd next{::openat(directory.get(), above.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
      if (!next)
        return failed("follow link", path);
      directory = std::move(next);
    }
    name = slash == std::string::npos ? to : to.substr(slash + 1);
    if (name.empty() || name == "." || name == "..")
      return failed("follow link", path, EISDIR);
  }
}

std::string fresh_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number)
    return {};
  char name[40];
  std::snprintf(name, sizeof name, ".strata-%016llx", static_cast<unsigned long long>(number));
  return name;
}

bool look(const place& at, struct stat& into) {
  return ::fstatat(at.directory.get(), at.name.c_str(), &into, AT_SYMLINK_NOFOLLOW) == 0;
}

} // namespace strata::files
