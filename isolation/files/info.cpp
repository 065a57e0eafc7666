// SPDX-License-Identifier: MIT
#include "isolation/files/info.hpp"

#include <climits>
#include <cstdio>
#include <fcntl.h>

namespace strata::files {

namespace {

constexpr std::int64_t per_second = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * per_second + time.tv_nsec; }

wire::file_type type_of(mode_t mode) {
  switch (mode & S_IFMT) {
  case S_IFREG: return wire::file_type::file;
  case S_IFDIR: return wire::file_type::directory;
  case S_IFLNK: return wire::file_type::symlink;
  case S_IFIFO: return wire::file_type::fifo;
  case S_IFSOCK: return wire::file_type::socket;
  case S_IFBLK: return wire::file_type::block_device;
  case S_IFCHR: return wire::file_type::character_device;
  default: return wire::file_type::unknown;
  }
}

} // namespace

std::string etag_of(const struct stat& seen) {
  char text[80];
  std::snprintf(text, sizeof text, "%llx-%llx-%llx-%llx", static_cast<unsigned long long>(seen.st_ino),
                static_cast<unsigned long long>(seen.st_size), static_cast<unsigned long long>(nanoseconds(seen.st_mtim)),
                static_cast<unsigned long long>(nanoseconds(seen.st_ctim)));
  return text;
}

wire::file_info info_of(const struct stat& seen, std::string path) {
  wire::file_info info;
  info.path = std::move(path);
  info.type = type_of(seen.st_mode);
  info.size = seen.st_size;
  info.mode = seen.st_mode & 07777;
  info.uid = seen.st_uid;
  info.gid = seen.st_gid;
  info.mtime_ns = nanoseconds(seen.st_mtim);
  info.etag = etag_of(seen);
  return info;
}

std::optional<wire::file_info> info_at(int directory, const std::string& name, std::string path) {
  struct stat seen {};
  if (::fstatat(directory, name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;
  auto info = info_of(seen, std::move(path));
  if (info.type == wire::file_type::symlink) {
    char target[PATH_MAX];
    if (const auto length = ::readlinkat(directory, name.c_str(), target, sizeof target); length > 0)
      info.target.assign(target, static_cast<std::size_t>(length));
  }
  return info;
}

outcome stat(const wire::files_stat& asked, wire::file_info& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "stat", asked.path);
  if (!asked.follow) {
    auto info = info_at(AT_FDCWD, *path, *path);
    if (!info)
      return failed("stat", *path);
    into = std::move(*info);
    return {};
  }
  struct stat seen {};
  if (::stat(path->c_str(), &seen) != 0)
    return failed("stat", *path);
  into = info_of(seen, *path);
  return {};
}

} // namespace strata::files
