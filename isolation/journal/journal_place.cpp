// SPDX-License-Identifier: MIT
#include "isolation/journal/journal_place.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace strata {

namespace {

constexpr auto directory = "journal";

std::string path_of(const std::string& name) { return std::string{directory} + '/' + name; }
std::string unfinished(const std::string& name) { return path_of(name) + ".new"; }

} // namespace

result<unique_fd> journal_place::make(const std::string& name) const {
  if (::mkdirat(session_.get(), directory, 0700) != 0 && errno != EEXIST)
    return errno_error("make journal directory", directory);
  unique_fd file{::openat(session_.get(), unfinished(name).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!file)
    return errno_error("make journal file", name);
  return file;
}

int journal_place::commit(const std::string& name) const {
  const int renamed = ::renameat(session_.get(), unfinished(name).c_str(), session_.get(), path_of(name).c_str());
  return renamed == 0 ? 0 : errno;
}

unique_fd journal_place::open(const std::string& name) const {
  return unique_fd{::openat(session_.get(), path_of(name).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC)};
}

void journal_place::remove(const std::string& name) const {
  for (const auto& path : {path_of(name), unfinished(name)})
    ::unlinkat(session_.get(), path.c_str(), 0);
}

unique_fd reopen_file(const unique_fd& file, int mode) {
  const auto path = fmt::format("/proc/self/fd/{}", file.get());
  return unique_fd{::open(path.c_str(), mode | O_CLOEXEC)};
}

unique_fd make_memfd(const char* name) {
  unique_fd file{::memfd_create(name, MFD_CLOEXEC)};
  // Made for everybody (0777): whoever is handed a descriptor for reading could open it again for writing.
  return file && ::fchmod(file.get(), 0600) == 0 ? std::move(file) : unique_fd{};
}

} // namespace strata
