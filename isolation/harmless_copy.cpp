// SPDX-License-Identifier: MIT
#include "isolation/harmless_copy.hpp"

#include "isolation/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_entries = 20'000;
constexpr std::size_t max_bytes = 64ULL << 20;
constexpr int max_depth = 16;

bool has_address_with_credentials(std::string_view text) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    const auto host = text.substr(at + 3, 1024);
    const auto end = host.find_first_of(std::string_view{"/ \t\r\n\"'<>\0", 10});
    if (host.substr(0, end).find('@') != std::string_view::npos)
      return true;
  }
  return false;
}

result<std::string> read_all(const unique_fd& file, std::size_t size, const fs::path& path) {
  std::string text(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = ::read(file.get(), text.data() + have, size - have);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return errno_error("read", path.native());
    if (got == 0)
      break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

} // namespace

bool looks_secret(std::string_view text) {
  return text.find("PRIVATE KEY-----") != std::string_view::npos || has_address_with_credentials(text);
}

result<void> make_open_directory(const fs::path& path, unsigned mode) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0)
    return S_ISDIR(status.st_mode) ? result<void>{} : errno_error("make directory", path.native(), ENOTDIR);
  if (path.has_relative_path())
    STRATA_CHECK(make_open_directory(path.parent_path()));
  if (::mkdir(path.c_str(), 0700) != 0 || ::chmod(path.c_str(), mode) != 0)
    return errno_error("make directory", path.native());
  return {};
}

result<void> write_new_file(const fs::path& path, std::string_view text, unsigned mode) {
  const unique_fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file)
    return errno_error("make file", path.native());
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::write(file.get(), text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno_error("write", path.native());
    done += static_cast<std::size_t>(written);
  }
  if (::fchmod(file.get(), mode) != 0)
    return errno_error("set mode of", path.native());
  return {};
}

result<void> harmless_copy::copy(const fs::path& from, const fs::path& to) {
  struct stat status {};
  if (::lstat(from.c_str(), &status) != 0)
    return {};
  STRATA_CHECK(make_open_directory(to.parent_path()));
  return copy_entry(from, to, 0);
}

result<void> harmless_copy::copy_entry(const fs::path& from, const fs::path& to, int depth) {
  struct stat status {};
  if (::lstat(from.c_str(), &status) != 0)
    return {}; // gone meanwhile
  if (++entries_ > max_entries || depth > max_depth)
    return error{errc::internal, fmt::format("copy {}: more than {} files or {} levels", from.native(), max_entries, max_depth)};
  if (S_ISLNK(status.st_mode))
    return copy_link(from, to);
  if (S_ISDIR(status.st_mode) && (status.st_mode & S_IROTH) != 0 && (status.st_mode & S_IXOTH) != 0)
    return copy_directory(from, to, depth);
  if (S_ISREG(status.st_mode) && (status.st_mode & S_IROTH) != 0)
    return copy_file(from, to);
  return {};
}

result<void> harmless_copy::copy_file(const fs::path& from, const fs::path& to) {
  const unique_fd file{::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0)
    return errno == ENOENT ? result<void>{} : errno_error("open", from.native());
  if (!S_ISREG(status.st_mode) || (status.st_mode & S_IROTH) == 0)
    return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > max_bytes || (bytes_ += size) > max_bytes)
    return error{errc::internal, fmt::format("copy {}: more than {} MiB in all", from.native(), max_bytes >> 20)};
  STRATA_TRY(const auto text, read_all(file, size, from));
  if (looks_secret(text))
    return {};
  return write_new_file(to, text, (status.st_mode & 0111) != 0 ? 0755 : 0644);
}

result<void> harmless_copy::copy_directory(const fs::path& from, const fs::path& to, int depth) {
  STRATA_CHECK(make_open_directory(to));
  std::error_code failure;
  for (fs::directory_iterator entry{from, failure}, end; !failure && entry != end; entry.increment(failure))
    STRATA_CHECK(copy_entry(entry->path(), to / entry->path().filename(), depth + 1));
  if (failure)
    return errno_error("read directory", from.native(), failure.value());
  return {};
}

result<void> harmless_copy::copy_link(const fs::path& from, const fs::path& to) {
  std::error_code failure;
  const auto target = fs::read_symlink(from, failure);
  if (failure)
    return {};
  if (::symlink(target.c_str(), to.c_str()) != 0)
    return errno_error("make link", to.native());
  return {};
}

} // namespace strata
