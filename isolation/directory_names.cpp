// SPDX-License-Identifier: MIT
#include "isolation/directory_names.hpp"

#include "isolation/open_beneath.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>

namespace strata {

namespace {

struct close_stream {
  void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

} // namespace

result<std::vector<std::string>> directory_names(int directory) {
  unique_fd readable{::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!readable)
    return errno_error("open directory");
  const std::unique_ptr<DIR, close_stream> stream{::fdopendir(readable.get())};
  if (!stream)
    return errno_error("read directory");
  static_cast<void>(readable.release()); // the stream's now
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const auto* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0)
      return errno_error("read directory");
    if (entry == nullptr)
      return names;
    if (std::string name = entry->d_name; is_plain_name(name))
      names.push_back(std::move(name));
  }
}

} // namespace strata
