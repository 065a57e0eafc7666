// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>

namespace strata::files {

struct close_stream {
  void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};
using directory_stream = std::unique_ptr<DIR, close_stream>;

/// A directory in another, itself: a link is not followed. Empty with errno set.
inline directory_stream open_directory(int parent, const std::string& name) {
  const int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return directory_stream{fd < 0 ? nullptr : ::fdopendir(fd)};
}

inline bool is_dot(const std::string& name) noexcept { return name == "." || name == ".."; }

} // namespace strata::files
