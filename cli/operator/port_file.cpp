// SPDX-License-Identifier: MIT
#include "cli/operator/port_file.hpp"

#include "isolation/unique_fd.hpp"

#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace strata {

result<port_file> port_file::write(const std::string& path, std::uint16_t port) {
  if (path.empty())
    return port_file{{}};
  const auto draft = fmt::format("{}.{}", path, ::getpid());
  const auto text = fmt::format("{}\n", port);
  ::unlink(draft.c_str()); // of an earlier process with this id
  {
    const unique_fd file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
    if (!file)
      return errno_error("write port file", path);
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      const int number = errno;
      ::unlink(draft.c_str());
      return errno_error("write port file", path, number);
    }
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(draft.c_str());
    return errno_error("write port file", path, number);
  }
  return port_file{path};
}

port_file::~port_file() {
  if (!path_.empty())
    ::unlink(path_.c_str());
}

} // namespace strata
