// SPDX-License-Identifier: MIT
#include "isolation/private_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace strata {

namespace {

constexpr mode_t writable_by_others = S_IWGRP | S_IWOTH;

struct opened {
  unique_fd directory;
  struct stat status {};
};

class private_path {
public:
  explicit private_path(std::string subject) : subject_{std::move(subject)} {}

  result<unique_fd> walk(const std::string& path) {
    STRATA_TRY(const auto steps, split(path));
    if (steps.empty())
      return refused("is the root of all files");
    opened here;
    here.directory.reset(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!here.directory || ::fstat(here.directory.get(), &here.status) != 0)
      return errno_error(subject_);
    at_ = "/";
    for (std::size_t i = 0; i < steps.size(); ++i) {
      STRATA_CHECK(check_parent(here.status));
      const bool is_last = i + 1 == steps.size();
      STRATA_TRY(auto next, step(here.directory.get(), steps[i], is_last ? 0700 : 0755));
      // In a sticky directory others can make names, but not take away what is not theirs (unlink(2), EPERM).
      if ((here.status.st_mode & writable_by_others) != 0 && !trusted(next.status.st_uid))
        return refused(fmt::format("{} belongs to user {}, in a directory that others can write to", at_, next.status.st_uid));
      here = std::move(next);
    }
    STRATA_CHECK(check_last(here.status));
    return std::move(here.directory);
  }

private:
  error refused(std::string_view why) const { return {errc::permission_denied, fmt::format("{}: {}", subject_, why)}; }
  bool trusted(uid_t uid) const { return uid == 0 || uid == user_; }

  result<std::vector<std::string>> split(const std::string& path) const {
    if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos)
      return error{errc::invalid_argument, fmt::format("{}: not an absolute path", subject_)};
    std::vector<std::string> steps;
    for (std::size_t from = 0; from < path.size();) {
      const auto end = std::min(path.find('/', from), path.size());
      auto name = path.substr(from, end - from);
      from = end + 1;
      if (name == "..")
        return error{errc::invalid_argument, fmt::format("{}: has a \"..\"", subject_)};
      if (!name.empty() && name != ".")
        steps.push_back(std::move(name));
    }
    return steps;
  }

  result<opened> step(int parent, const std::string& name, mode_t mode) {
    at_ += (at_ == "/" ? "" : "/") + name;
    const auto open = [&] { return unique_fd{::openat(parent, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)}; };
    opened next;
    next.directory = open();
    if (!next.directory && errno == ENOENT) {
      if (::mkdirat(parent, name.c_str(), mode) != 0 && errno != EEXIST)
        return errno_error(subject_ + ": make directory", at_);
      next.directory = open();
    }
    if (!next.directory || ::fstat(next.directory.get(), &next.status) != 0)
      return errno_error(subject_ + ": open", at_);
    if (S_ISLNK(next.status.st_mode))
      return refused(fmt::format("{} is a symbolic link (give the path that it leads to)", at_));
    if (!S_ISDIR(next.status.st_mode))
      return refused(fmt::format("{} is not a directory", at_));
    return next;
  }

  result<void> check_parent(const struct stat& status) const {
    if (!trusted(status.st_uid))
      return refused(fmt::format("{} belongs to user {}, who could replace what is in it", at_, status.st_uid));
    if ((status.st_mode & writable_by_others) != 0 && (status.st_mode & S_ISVTX) == 0)
      return refused(fmt::format("others can write to {} (chmod go-w {}, or set its sticky bit)", at_, at_));
    return {};
  }

  result<void> check_last(const struct stat& status) const {
    if (status.st_uid != user_)
      return refused(fmt::format("belongs to user {}, not to user {}", status.st_uid, user_));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
      return refused(fmt::format("its mode {:04o} lets others in (chmod 700 {})", status.st_mode & 07777, at_));
    if ((status.st_mode & S_IRWXU) != S_IRWXU)
      return refused(fmt::format("its mode {:04o} locks out its owner (chmod 700 {})", status.st_mode & 07777, at_));
    return {};
  }

  std::string subject_;
  std::string at_;
  uid_t user_ = ::geteuid();
};

} // namespace

result<unique_fd> open_private_directory(const std::string& what, const std::string& path) {
  return private_path{fmt::format("{} {}", what, path)}.walk(path);
}

} // namespace strata
