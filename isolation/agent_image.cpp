// SPDX-License-Identifier: MIT
#include "isolation/agent_image.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

// Linux 6.3; Debian 12's headers are older.
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace strata {

namespace {

result<unique_fd> make_executable_memfd() {
  unique_fd memfd{::memfd_create("strata-agent", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC)};
  if (!memfd && errno == EINVAL) // before 6.3 every memfd is executable
    memfd.reset(::memfd_create("strata-agent", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memfd)
    return errno_error("make memfd for the agent");
  return memfd;
}

} // namespace

result<std::string> libexec_directory() {
  if (const char* given = ::secure_getenv("STRATA_LIBEXEC"); given != nullptr && given[0] == '/')
    return std::string{given};
  std::error_code failure;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (failure)
    return errno_error("find the directory of the running program", {}, failure.value());
  return executable.parent_path().string();
}

result<agent_image> agent_image::load(const std::string& path) {
  const unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0)
    return errno_error("open agent", path);
  if (!S_ISREG(status.st_mode) || status.st_size == 0)
    return error{errc::internal, "load agent " + path + ": not a program"};
  STRATA_TRY(auto memfd, make_executable_memfd());
  for (auto left = status.st_size; left > 0;) {
    const auto copied = ::sendfile(memfd.get(), file.get(), nullptr, static_cast<std::size_t>(left));
    if (copied < 0)
      return errno_error("copy agent", path);
    if (copied == 0)
      return error{errc::internal, "copy agent " + path + ": file shrank"};
    left -= copied;
  }
  if (::fcntl(memfd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    return errno_error("seal agent", path);
  return agent_image{std::move(memfd)};
}

} // namespace strata
