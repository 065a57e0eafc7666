// SPDX-License-Identifier: MIT
#include "isolation/files/copy.hpp"

#include "isolation/files/directory_stream.hpp"
#include "isolation/files/info.hpp"
#include "isolation/removal_walk.hpp"

#include <climits>
#include <poll.h>
#include <unistd.h>

namespace strata::files {

namespace {

/// Descriptors and stack grow with the depth.
constexpr int deepest_copy = 200;

/// The server has hung up: nobody waits for the copy any more, and what there is of it has to go.
bool is_given_up() {
  pollfd server{wire::files_socket_fd, POLLRDHUP, 0};
  return ::poll(&server, 1, 0) > 0 && (server.revents & (POLLRDHUP | POLLHUP)) != 0;
}

/// 0 or an errno value. By the kernel where it can.
int copy_bytes(int from, int to) {
  constexpr std::size_t at_a_time = 16 << 20;
  bool by_kernel = true;
  char bytes[64 << 10];
  for (;;) {
    if (is_given_up())
      return ECANCELED;
    const auto got = by_kernel ? ::copy_file_range(from, nullptr, to, nullptr, at_a_time, 0) : ::read(from, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 && by_kernel && errno != ENOSPC && errno != EDQUOT && errno != EIO) {
      by_kernel = false;
      continue;
    }
    if (got < 0)
      return errno;
    if (got == 0)
      return 0;
    for (ssize_t put = 0; !by_kernel && put < got;) {
      const auto part = ::write(to, bytes + put, static_cast<std::size_t>(got - put));
      if (part < 0 && errno != EINTR)
        return errno;
      put += part < 0 ? 0 : part;
    }
  }
}

/// Its owner, where that is ours to give, its mode and its time of change.
int dress(int made, const struct stat& like) {
  const bool given = ::fchown(made, like.st_uid, like.st_gid) == 0;
  const auto mode = like.st_mode & (given ? 07777U : 0777U); // a foreign set-user-id bit would be ours
  const timespec times[] = {like.st_atim, like.st_mtim};
  return ::fchmod(made, mode) != 0 || ::futimens(made, times) != 0 ? errno : 0;
}

class copier {
public:
  outcome entry(int from, const std::string& name, int to, const std::string& as, const std::string& path, int depth) {
    struct stat seen {};
    if (is_given_up())
      return failed("copy", path, ECANCELED);
    if (::fstatat(from, name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0)
      return failed("copy", path);
    if (S_ISDIR(seen.st_mode))
      return depth == deepest_copy ? failed("copy", path, ENAMETOOLONG) : directory(from, name, to, as, path, depth);
    if (S_ISREG(seen.st_mode))
      return file(from, name, to, as, path);
    if (S_ISLNK(seen.st_mode)) {
      char target[PATH_MAX];
      const auto length = ::readlinkat(from, name.c_str(), target, sizeof target - 1);
      if (length < 0)
        return failed("copy", path);
      target[length] = '\0';
      return ::symlinkat(target, to, as.c_str()) == 0 ? outcome{} : failed("copy", path);
    }
    return ::mknodat(to, as.c_str(), seen.st_mode & (S_IFMT | 0777), seen.st_rdev) == 0 ? outcome{} : failed("copy", path);
  }

private:
  outcome file(int from, const std::string& name, int to, const std::string& as, const std::string& path) {
    const unique_fd source{::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat seen {};
    if (!source || ::fstat(source.get(), &seen) != 0)
      return failed("copy", path);
    if (!S_ISREG(seen.st_mode)) // it was another a moment ago
      return refused(wire::file_problem::not_a_regular_file, "copy", path);
    const unique_fd made{::openat(to, as.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!made)
      return failed("copy", path);
    if (const auto number = copy_bytes(source.get(), made.get()); number != 0)
      return failed("copy", path, number);
    const auto number = dress(made.get(), seen);
    return number == 0 ? outcome{} : failed("copy", path, number);
  }

  outcome directory(int from, const std::string& name, int to, const std::string& as, const std::string& path, int depth) {
    const auto source = open_directory(from, name);
    struct stat seen {};
    const int fd = source ? ::dirfd(source.get()) : -1;
    if (!source || ::fstat(fd, &seen) != 0 || ::mkdirat(to, as.c_str(), 0700) != 0)
      return failed("copy", path);
    const unique_fd made{::openat(to, as.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!made)
      return failed("copy", path);
    while (const auto* each = ::readdir(source.get())) {
      const std::string below{each->d_name};
      if (is_dot(below))
        continue;
      if (auto problem = entry(fd, below, made.get(), below, path + '/' + below, depth + 1))
        return problem;
    }
    const auto number = dress(made.get(), seen);
    return number == 0 ? outcome{} : failed("copy", path, number);
  }
};

/// Whether `inner` is the directory `outer` or lies below it.
bool is_within(const unique_fd& inner, const struct stat& outer) {
  unique_fd at{::fcntl(inner.get(), F_DUPFD_CLOEXEC, 3)};
  for (struct stat seen{}, last{}; at && ::fstat(at.get(), &seen) == 0; last = seen) {
    if (seen.st_dev == outer.st_dev && seen.st_ino == outer.st_ino)
      return true;
    if (seen.st_dev == last.st_dev && seen.st_ino == last.st_ino)
      return false; // the root
    at.reset(::openat(at.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  return false;
}

} // namespace

outcome copy_to(const place& from, const place& to, const wire::files_transfer& asked) {
  struct stat source {
  }, old{};
  if (!look(from, source))
    return failed("copy", asked.from);
  const bool there = look(to, old);
  if (there && !asked.overwrite)
    return failed("copy to", asked.to, EEXIST);
  if (there && S_ISDIR(old.st_mode))
    return failed("copy to", asked.to, EISDIR);
  if (S_ISDIR(source.st_mode) && is_within(to.directory, source))
    return refused(wire::file_problem::into_itself, "copy to", asked.to);
  const auto beside = fresh_name();
  if (beside.empty())
    return failed("copy to", asked.to);
  auto problem = copier{}.entry(from.directory.get(), from.name, to.directory.get(), beside, asked.from, 0);
  if (!problem
      && ::renameat2(to.directory.get(), beside.c_str(), to.directory.get(), to.name.c_str(),
                     asked.overwrite ? 0 : RENAME_NOREPLACE)
           != 0)
    problem = failed("copy to", asked.to);
  if (problem)
    walk_and_remove(to.directory.get(), beside);
  return problem;
}

outcome copy(const wire::files_transfer& asked, wire::file_info& into) {
  const auto source = real_path(asked.from), target = real_path(asked.to);
  if (!source || !target)
    return refused(wire::file_problem::malformed, "copy", source ? asked.to : asked.from);
  place from, to;
  if (auto problem = from.open(*source, false))
    return problem;
  if (auto problem = to.open(*target, false))
    return problem;
  if (auto problem = copy_to(from, to, asked))
    return problem;
  auto info = info_at(to.directory.get(), to.name, *target);
  if (!info)
    return failed("stat", *target);
  into = std::move(*info);
  into.created = true;
  return {};
}

} // namespace strata::files
