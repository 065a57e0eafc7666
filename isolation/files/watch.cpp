// SPDX-License-Identifier: MIT
#include "isolation/files/watch.hpp"

#include "isolation/files/directory_stream.hpp"
#include "isolation/files/info.hpp"

#include <map>
#include <poll.h>
#include <sys/inotify.h>

namespace strata::files {

namespace {

using wire::file_change;
using wire::file_event;

constexpr std::uint32_t wanted =
  IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t deepest_watch = 64;

class watcher {
public:
  watcher(const wire::files_watch& asked, const channel& server)
    : asked_{asked}, server_{server}, queue_{::inotify_init1(IN_CLOEXEC)} {}

  outcome begin(const std::string& path) {
    struct stat seen {};
    if (!queue_ || ::stat(path.c_str(), &seen) != 0) // it is not held open: then nobody would hear of its end
      return failed("watch", path);
    top_number_ = ::inotify_add_watch(queue_.get(), path.c_str(), wanted);
    if (top_number_ < 0)
      return failed("watch", path);
    directories_.emplace(top_number_, "");
    if (asked_.recursive && S_ISDIR(seen.st_mode)) {
      const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      const directory_stream stream{fd < 0 ? nullptr : ::fdopendir(fd)};
      if (!stream)
        return failed("watch", path);
      add_below(stream.get(), path, "", 0, false);
      if (too_many_)
        return failed("watch", path, EFBIG);
    }
    path_ = path;
    return server_.tell(wire::files_message::info, info_of(seen, path)) ? outcome{}
                                                                        : refused(wire::file_problem::broken_off, "watch", path);
  }

  void run() {
    alignas(inotify_event) char bytes[64 << 10];
    while (!gone_) {
      pollfd ready[] = {{queue_.get(), POLLIN, 0}, {wire::files_socket_fd, POLLRDHUP, 0}};
      if (::poll(ready, 2, -1) < 0 && errno != EINTR)
        return;
      if (ready[1].revents != 0)
        return; // nobody listens any more
      if (ready[0].revents == 0)
        continue;
      const auto got = ::read(queue_.get(), bytes, sizeof bytes);
      if (got <= 0)
        return;
      for (ssize_t at = 0; at < got;) {
        const auto* const event = reinterpret_cast<const inotify_event*>(bytes + at);
        take(*event);
        at += static_cast<ssize_t>(sizeof *event + event->len);
      }
      end_rename();
      if (!told_.events.empty() && !server_.tell(wire::files_message::happened, told_))
        return;
      told_.events.clear();
    }
  }

private:
  void add(file_event event) {
    // Many writes are one, as long as nothing else happens between them.
    const bool again = !told_.events.empty() && event.what == file_change::written
                       && told_.events.back().what == file_change::written && told_.events.back().path == event.path;
    if (!again)
      told_.events.push_back(std::move(event));
  }

  void take(const inotify_event& event) {
    if ((event.mask & IN_Q_OVERFLOW) != 0)
      return add({file_change::overflow, false, {}, {}});
    const auto found = directories_.find(event.wd);
    if ((event.mask & IN_IGNORED) != 0) {
      if (found != directories_.end())
        directories_.erase(found);
      gone_ = gone_ || event.wd == top_number_;
      return;
    }
    if (found == directories_.end())
      return;
    const bool directory = (event.mask & IN_ISDIR) != 0;
    const std::string name = event.len > 0 ? std::string{event.name} : std::string{};
    const auto path = name.empty() ? found->second : found->second.empty() ? name : found->second + '/' + name;
    if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
      if (event.wd == top_number_) {
        add({file_change::gone, directory, {}, {}});
        gone_ = true;
      }
      return; // of others their directory tells
    }
    if (name.empty() && event.wd != top_number_)
      return;
    if ((event.mask & IN_MOVED_FROM) != 0) {
      end_rename();
      from_ = {file_change::removed, directory, path, {}};
      cookie_ = event.cookie;
      return;
    }
    if ((event.mask & IN_MOVED_TO) != 0 && cookie_ != 0 && cookie_ == event.cookie)
      return renamed(path, directory);
    end_rename();
    if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
      add({file_change::created, directory, path, {}});
      if (directory)
        add_directory(path);
    } else if ((event.mask & IN_DELETE) != 0) {
      add({file_change::removed, directory, path, {}});
    } else if ((event.mask & (IN_CLOSE_WRITE | IN_MODIFY)) != 0) {
      add({file_change::written, directory, path, {}});
    } else if ((event.mask & IN_ATTRIB) != 0) {
      add({file_change::attributes, directory, path, {}});
    }
  }

  void renamed(const std::string& to, bool directory) {
    cookie_ = 0;
    if (directory)
      for (auto& [number, path] : directories_) // the watches go along
        if (path == from_.path || path.starts_with(from_.path + '/'))
          path = to + path.substr(from_.path.size());
    add({file_change::renamed, directory, from_.path, to});
  }

  /// It has moved out of what is watched.
  void end_rename() {
    if (std::exchange(cookie_, 0) == 0)
      return;
    if (from_.directory)
      for (auto& [number, path] : directories_)
        if (path == from_.path || path.starts_with(from_.path + '/'))
          ::inotify_rm_watch(queue_.get(), number);
    add(from_);
  }

  /// A new one: what is in it already was made before it was watched.
  void add_directory(const std::string& path) {
    if (!asked_.recursive)
      return;
    const auto whole = path_ + '/' + path;
    if (!add_watch(whole, path))
      return;
    const int fd = ::open(whole.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const directory_stream stream{fd < 0 ? nullptr : ::fdopendir(fd)};
    if (stream)
      add_below(stream.get(), whole, path + '/', 0, true);
  }

  bool add_watch(const std::string& whole, const std::string& path) {
    if (directories_.size() == wire::max_watched_directories) {
      too_many_ = true;
      add({file_change::overflow, false, {}, {}}); // what happens there nobody will tell
      return false;
    }
    const int number = ::inotify_add_watch(queue_.get(), whole.c_str(), wanted | IN_ONLYDIR | IN_DONT_FOLLOW);
    if (number < 0 && errno == ENOSPC) {
      too_many_ = true;
      add({file_change::overflow, false, {}, {}});
    }
    if (number >= 0)
      directories_[number] = path;
    return number >= 0;
  }

  void add_below(DIR* here, const std::string& whole, const std::string& prefix, std::uint32_t depth, bool tell) {
    while (const auto* each = ::readdir(here)) {
      const std::string name{each->d_name};
      if (is_dot(name))
        continue;
      struct stat seen {};
      const bool directory = ::fstatat(::dirfd(here), name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(seen.st_mode);
      if (tell)
        add({file_change::created, directory, prefix + name, {}});
      if (!directory || depth == deepest_watch || too_many_ || !add_watch(whole + '/' + name, prefix + name))
        continue;
      if (const auto below = open_directory(::dirfd(here), name))
        add_below(below.get(), whole + '/' + name, prefix + name + '/', depth + 1, tell);
    }
  }

  const wire::files_watch& asked_;
  const channel& server_;
  const unique_fd queue_;
  std::string path_;
  int top_number_ = -1;
  std::map<int, std::string> directories_; ///< by watch: relative path
  wire::files_happened told_;
  file_event from_; ///< of a rename whose other half has not come
  std::uint32_t cookie_ = 0;
  bool gone_ = false, too_many_ = false;
};

} // namespace

outcome watch(const wire::files_watch& asked, const channel& server) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "watch", asked.path);
  watcher watching{asked, server};
  if (auto problem = watching.begin(*path))
    return problem;
  watching.run();
  return {};
}

} // namespace strata::files
