// SPDX-License-Identifier: MIT
#include "isolation/files/unpack.hpp"

#include "isolation/files/inner_path.hpp"
#include "isolation/files/place.hpp"
#include "isolation/files/replacement.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace strata::files {

namespace {

using wire::archive_entry;
using wire::file_problem;
using wire::file_type;

constexpr std::size_t max_dressed_later = 65'536; ///< directories; more get their mode at once

timespec time_of(std::int64_t ns) {
  constexpr std::int64_t second = 1'000'000'000;
  const auto part = (ns % second + second) % second;
  return {static_cast<time_t>((ns - part) / second), static_cast<long>(part)};
}

/// The directory ("": none), and the name in it.
std::pair<std::string, std::string> split(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? std::pair{std::string{}, path} : std::pair{path.substr(0, slash), path.substr(slash + 1)};
}

class unpacker {
public:
  unpacker(const wire::files_unpack& asked, unique_fd top, std::string path, channel& entries, wire::files_unpacked& into)
    : asked_{asked}, top_{std::move(top)}, path_{std::move(path)}, entries_{entries}, into_{into} {}

  outcome run() {
    std::string body;
    for (wire::files_message what{}; entries_.receive(what, body);) {
      archive_entry entry;
      if (what == wire::files_message::end) {
        dress_directories();
        return {};
      }
      if (what != wire::files_message::entry || !wire::decode(body.data(), body.size(), entry))
        break;
      if (auto problem = make(entry))
        return problem;
    }
    return broken_off();
  }

private:
  outcome broken_off() const { return refused(file_problem::broken_off, "unpack to", path_); }
  static outcome out(const std::string& name) { return refused(file_problem::leads_out, "unpack", name); }

  outcome make(const archive_entry& entry) {
    const auto path = inner_path(entry.path);
    if (!path)
      return out(entry.path);
    if (entry.type == file_type::block_device || entry.type == file_type::character_device)
      return refused(file_problem::not_unpackable, "unpack", entry.path);
    const bool known = entry.type == file_type::file || entry.type == file_type::directory || entry.type == file_type::symlink;
    if (!known)
      ++into_.skipped;
    if (!known || path->empty()) // the directory itself
      return {};
    ++into_.files;
    if (entry.type == file_type::directory)
      return directory(entry, *path);
    const auto [above, name] = split(*path);
    if (auto problem = open_parent(above))
      return problem;
    if (entry.hard_link)
      return hard_link(entry, name);
    return entry.type == file_type::symlink ? symlink(entry, *path, name) : file(entry, name);
  }

  /// Makes what is missing of it.
  unique_fd make_directory(const std::string& path) const {
    auto found = open_within(top_.get(), path, false);
    if (found || errno != ENOENT || path.empty())
      return found;
    const auto [above, name] = split(path);
    const auto parent = make_directory(above);
    return !parent || (::mkdirat(parent.get(), name.c_str(), 0755) != 0 && errno != EEXIST)
             ? unique_fd{}
             : open_within(top_.get(), path, false);
  }

  outcome open_directory(const std::string& path, unique_fd& into) const {
    into = make_directory(path);
    if (into)
      return {};
    return errno == EXDEV || errno == ELOOP ? out(path) : failed("make directory", path); // a link there leads out
  }

  outcome open_parent(const std::string& path) {
    if (parent_ && path == parent_path_) // most entries come after others of their directory
      return {};
    parent_path_ = path;
    return open_directory(path, parent_);
  }

  outcome directory(const archive_entry& entry, const std::string& path) {
    unique_fd made{};
    if (auto problem = open_directory(path, made))
      return problem;
    if (later_.size() < max_dressed_later)
      later_.push_back({path, entry.mode, entry.mtime_ns});
    return {};
  }

  outcome remove_old(const std::string& name, const std::string& path) const {
    if (::unlinkat(parent_.get(), name.c_str(), 0) == 0 || errno == ENOENT)
      return {};
    return failed("replace", path);
  }

  outcome file(const archive_entry& entry, const std::string& name) {
    if (entry.size < 0)
      return broken_off();
    if (auto problem = remove_old(name, entry.path))
      return problem;
    const unique_fd made{::openat(parent_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!made)
      return failed("unpack", entry.path);
    auto problem = fill(entry, made);
    const timespec now{0, UTIME_NOW}, times[] = {now, time_of(entry.mtime_ns)};
    if (!problem && (::fchmod(made.get(), entry.mode & 0777) != 0 || ::futimens(made.get(), times) != 0))
      problem = failed("unpack", entry.path);
    if (problem) // half a file is none
      ::unlinkat(parent_.get(), name.c_str(), 0);
    return problem;
  }

  outcome fill(const archive_entry& entry, const unique_fd& made) {
    std::string bytes;
    for (auto left = entry.size; left > 0;) {
      wire::files_message what{};
      if (!entries_.receive(what, bytes) || what != wire::files_message::data || bytes.empty()
          || static_cast<std::int64_t>(bytes.size()) > left)
        return broken_off();
      if (auto problem = write_all(made, bytes, entry.path))
        return problem;
      left -= static_cast<std::int64_t>(bytes.size());
      into_.bytes += static_cast<std::int64_t>(bytes.size());
    }
    return {};
  }

  outcome symlink(const archive_entry& entry, const std::string& path, const std::string& name) {
    if (!asked_.any_links) {
      // Where links led to the link's own place, ".." in it would lead elsewhere than its name says.
      const bool plain = static_cast<bool>(open_within(top_.get(), split(path).first, true));
      if (!stays_within(path, entry.target) || (!plain && entry.target.find("..") != entry.target.npos))
        return out(entry.path + " -> " + entry.target);
    }
    if (auto problem = remove_old(name, entry.path))
      return problem;
    if (::symlinkat(entry.target.c_str(), parent_.get(), name.c_str()) != 0)
      return failed("unpack", entry.path);
    const timespec now{0, UTIME_NOW}, times[] = {now, time_of(entry.mtime_ns)};
    ::utimensat(parent_.get(), name.c_str(), times, AT_SYMLINK_NOFOLLOW);
    return {};
  }

  outcome hard_link(const archive_entry& entry, const std::string& name) {
    const auto target = inner_path(entry.target);
    if (!target || target->empty())
      return out(entry.path + " => " + entry.target);
    const auto [above, target_name] = split(*target);
    const auto from = open_within(top_.get(), above, true);
    if (!from)
      return errno == ELOOP || errno == EXDEV ? out(entry.path + " => " + entry.target) : failed("link", entry.target);
    struct stat source {
    }, old{};
    if (::fstatat(from.get(), target_name.c_str(), &source, AT_SYMLINK_NOFOLLOW) != 0)
      return failed("link", entry.target);
    if (::fstatat(parent_.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0 && old.st_dev == source.st_dev
        && old.st_ino == source.st_ino)
      return {}; // it is one already
    if (auto problem = remove_old(name, entry.path))
      return problem;
    return ::linkat(from.get(), target_name.c_str(), parent_.get(), name.c_str(), 0) == 0 ? outcome{}
                                                                                          : failed("link", entry.path);
  }

  /// When nothing more comes into them, the last first: those below change the time of those above.
  void dress_directories() const {
    for (auto each = later_.rbegin(); each != later_.rend(); ++each) {
      const auto found = open_within(top_.get(), each->path, true);
      const unique_fd opened{found ? ::openat(found.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1};
      const timespec now{0, UTIME_NOW}, times[] = {now, time_of(each->mtime_ns)};
      if (opened && ::fchmod(opened.get(), each->mode & 0777) == 0) // one that is another's by now stays as it is
        ::futimens(opened.get(), times);
    }
  }

  struct dressed_later {
    std::string path;
    std::uint32_t mode;
    std::int64_t mtime_ns;
  };

  const wire::files_unpack& asked_;
  const unique_fd top_;
  const std::string path_;
  channel& entries_;
  wire::files_unpacked& into_;
  unique_fd parent_{};
  std::string parent_path_;
  std::vector<dressed_later> later_;
};

} // namespace

outcome unpack(const wire::files_unpack& asked, channel& entries, wire::files_unpacked& into) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(file_problem::malformed, "unpack to", asked.path);
  place at;
  if (auto problem = at.open(*path + "/entry", true))
    return problem;
  return unpacker{asked, std::move(at.directory), *path, entries, into}.run();
}

} // namespace strata::files
