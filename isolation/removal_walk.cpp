// SPDX-License-Identifier: MIT
#include "isolation/removal_walk.hpp"

#include "isolation/open_beneath.hpp"
#include "isolation/removal_text.hpp"

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace strata {

namespace {

/// Directories that are open at a time. What lies deeper is moved up into the top directory first.
constexpr std::size_t max_levels = 32;
/// How often a directory is read again because entries were left although each had been removed.
constexpr unsigned max_passes = 64;
/// The same for the top directory, which is read again for what was moved into it: two million levels.
constexpr unsigned max_top_passes = 65536;

struct close_stream {
  void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};
using directory_stream = std::unique_ptr<DIR, close_stream>;

/// A directory that is being emptied.
struct level {
  directory_stream stream;
  std::string name;
  unsigned passes = 0;
  bool seen_entries = false; ///< the rest: in this pass
  bool failed = false;
  bool received = false; ///< something was moved here
  int fd() const noexcept { return ::dirfd(stream.get()); }
};

class removal_walk {
public:
  explicit removal_walk(int parent) : parent_{parent}, user_{::geteuid()} { levels_.reserve(max_levels); }

  removal_outcome run(const std::string& name) {
    remove_entry(name, DT_UNKNOWN);
    while (!levels_.empty())
      step();
    return std::move(outcome_);
  }

private:
  int here() const noexcept { return levels_.empty() ? parent_ : levels_.back().fd(); }

  void step() {
    auto& top = levels_.back();
    errno = 0;
    const auto* entry = ::readdir(top.stream.get());
    if (entry == nullptr) {
      if (errno != 0 && errno != ENOENT) // ENOENT: the directory itself has been removed meanwhile
        fail(".", errno);
      return leave();
    }
    const std::string name = entry->d_name;
    if (!is_plain_name(name))
      return;
    top.seen_entries = true;
    remove_entry(name, entry->d_type);
  }

  void remove_entry(const std::string& name, unsigned char type) {
    if (type != DT_DIR) {
      if (::unlinkat(here(), name.c_str(), 0) == 0 || errno == ENOENT)
        return;
      if (errno != EISDIR)
        return fail(name, errno);
    }
    auto directory = open_directory(name);
    if (directory)
      return enter(std::move(directory), name);
    const int number = errno;
    if (number == ENOENT)
      return;
    // ENOTDIR, ELOOP: something else has taken its place. The others: it may be empty.
    const int flag = number == ENOTDIR || number == ELOOP ? 0 : AT_REMOVEDIR;
    if (number == EXDEV || (::unlinkat(here(), name.c_str(), flag) != 0 && errno != ENOENT))
      fail(name, number);
  }

  /// Ready to be read and emptied. Empty with errno set on failure.
  unique_fd open_directory(const std::string& name) const {
    auto directory = open_beneath(here(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!directory)
      return errno == EACCES ? open_locked_directory(name) : unique_fd{};
    struct stat status {};
    if (::fstat(directory.get(), &status) == 0 && status.st_uid == user_ && (status.st_mode & S_IRWXU) != S_IRWXU)
      ::fchmod(directory.get(), S_IRWXU); // if that fails, so will what needs it
    return directory;
  }

  /// The same for one whose mode forbids even to read it.
  unique_fd open_locked_directory(const std::string& name) const {
    const auto handle = open_beneath(here(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    struct stat status {};
    if (!handle || ::fstat(handle.get(), &status) != 0)
      return unique_fd{};
    // A descriptor of this kind has no fchmod(2); its name in /proc leads to this very directory, whatever happens meanwhile.
    const auto itself = "/proc/self/fd/" + std::to_string(handle.get());
    if (status.st_uid != user_ || ::chmod(itself.c_str(), S_IRWXU) != 0) {
      errno = EACCES;
      return unique_fd{};
    }
    return unique_fd{::openat(handle.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  }

  void enter(unique_fd directory, const std::string& name) {
    if (levels_.size() == max_levels)
      return move_up(name);
    directory_stream stream{::fdopendir(directory.get())};
    if (!stream)
      return fail(name, errno);
    static_cast<void>(directory.release()); // the stream's now
    level next;
    next.stream = std::move(stream);
    next.name = name;
    levels_.push_back(std::move(next));
  }

  /// Into the top directory, under a name that nothing there has: never followed, since a rename takes the entry itself.
  void move_up(const std::string& name) {
    if (::unlinkat(here(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT)
      return;
    unsigned long long random = 0;
    if (::getrandom(&random, sizeof random, 0) != sizeof random)
      return fail(name, errno);
    char fresh[40];
    std::snprintf(fresh, sizeof fresh, ".strata-deep-%016llx", random);
    if (::renameat(here(), name.c_str(), levels_.front().fd(), fresh) == 0)
      levels_.front().received = true;
    else if (errno != ENOENT)
      fail(name, errno);
  }

  /// The top of the stack has been read to its end.
  void leave() {
    auto done = std::move(levels_.back());
    levels_.pop_back();
    const auto is_empty = [&](int flag) { return ::unlinkat(here(), done.name.c_str(), flag) == 0 || errno == ENOENT; };
    if (is_empty(AT_REMOVEDIR) || (errno == ENOTDIR && is_empty(0)))
      return;
    const int number = errno;
    const bool not_empty = number == ENOTEMPTY || number == EEXIST;
    if (not_empty && is_worth_another_pass(done)) {
      ::rewinddir(done.stream.get());
      done.seen_entries = done.failed = done.received = false;
      ++done.passes;
      levels_.push_back(std::move(done));
      return;
    }
    if (not_empty && done.failed) { // said already
      if (!levels_.empty())
        levels_.back().failed = true;
      return;
    }
    fail(done.name, number);
  }

  bool is_worth_another_pass(const level& done) const {
    if (done.received)
      return done.passes < max_top_passes;
    return done.seen_entries && !done.failed && done.passes < max_passes;
  }

  void fail(const std::string& name, int number) {
    if (!levels_.empty())
      levels_.back().failed = true;
    if (outcome_.failures++ > 0)
      return;
    std::string path;
    for (const auto& step : levels_)
      path += step.name + "/";
    outcome_.number = number;
    outcome_.text = removal_failure_text(path + name, number);
  }

  int parent_;
  uid_t user_;
  std::vector<level> levels_;
  removal_outcome outcome_;
};

} // namespace

removal_outcome walk_and_remove(int parent, const std::string& name) {
  if (!is_plain_name(name))
    return {1, EINVAL, removal_failure_text(name, EINVAL)};
  return removal_walk{parent}.run(name);
}

} // namespace strata
