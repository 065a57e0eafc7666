// SPDX-License-Identifier: MIT
#include "isolation/root_lock.hpp"

#include "isolation/open_beneath.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace strata {

namespace {

std::string holder_of(const unique_fd& file) {
  std::array<char, 32> text{};
  const auto size = ::pread(file.get(), text.data(), text.size(), 0);
  pid_t pid = 0;
  if (size <= 0 || std::from_chars(text.data(), text.data() + size, pid).ec != std::errc{} || pid <= 0)
    return {}; // it has just taken the lock
  return fmt::format(" (process {})", pid);
}

} // namespace

result<unique_fd> lock_directory(int directory, const std::string& subject) {
  auto file = open_beneath(directory, lock_file_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (!file)
    return errno_error(subject + ": open", lock_file_name);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return error{errc::permission_denied, fmt::format("{}: in use by another server{}", subject, holder_of(file))};
    return errno_error(subject + ": lock", lock_file_name);
  }
  const auto line = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size()))
    return errno_error(subject + ": write", lock_file_name);
  return file;
}

} // namespace strata
