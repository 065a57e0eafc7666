// SPDX-License-Identifier: MIT
#include "isolation/files/pack.hpp"

#include "isolation/files/directory_stream.hpp"
#include "isolation/files/info.hpp"

#include <algorithm>
#include <climits>

namespace strata::files {

namespace {

/// Descriptors and stack grow with the depth.
constexpr int deepest_pack = 200;

outcome broken_off(const std::string& path) { return refused(wire::file_problem::broken_off, "pack", path); }

class packer {
public:
  packer(const channel& entries, std::string top) : entries_{entries}, top_{std::move(top)}, bytes_(wire::max_files_data, '\0') {}

  outcome directory(DIR* here, const std::string& prefix, int depth) {
    while (const auto* each = ::readdir(here)) {
      const std::string name{each->d_name};
      if (is_dot(name))
        continue;
      if (auto problem = entry(::dirfd(here), name, prefix + name, depth))
        return problem;
    }
    return {};
  }

  outcome file(const unique_fd& from, const struct stat& seen, const std::string& path) {
    auto told = entry_of(seen, path, wire::file_type::file);
    told.size = seen.st_size;
    if (!entries_.tell(wire::files_message::entry, told))
      return broken_off(whole(path));
    // As long as was said: what it grows meanwhile is left out, what it loses is zeros.
    for (std::int64_t at = 0; at < seen.st_size;) {
      const auto wanted =
        static_cast<std::size_t>(std::min<std::int64_t>(seen.st_size - at, static_cast<std::int64_t>(bytes_.size())));
      auto got = ::pread(from.get(), bytes_.data(), wanted, at);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return failed("read", whole(path));
      if (got == 0) {
        std::fill_n(bytes_.begin(), wanted, '\0');
        got = static_cast<ssize_t>(wanted);
      }
      if (!entries_.send(wire::files_message::data, std::string_view{bytes_}.substr(0, static_cast<std::size_t>(got))))
        return broken_off(whole(path));
      at += got;
    }
    return {};
  }

private:
  static wire::archive_entry entry_of(const struct stat& seen, std::string path, wire::file_type type) {
    wire::archive_entry told;
    told.path = std::move(path);
    told.type = type;
    told.mode = seen.st_mode & 0777U;
    told.mtime_ns = std::int64_t{seen.st_mtim.tv_sec} * 1'000'000'000 + seen.st_mtim.tv_nsec;
    return told;
  }
  std::string whole(const std::string& path) const { return top_ == "/" ? top_ + path : top_ + '/' + path; }

  /// What a name is may change between looking and opening: then it is looked at again.
  outcome entry(int parent, const std::string& name, const std::string& path, int depth) {
    struct stat seen {};
    for (int tries = 0; tries < 10; ++tries) {
      if (::fstatat(parent, name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? outcome{} : failed("pack", whole(path)); // it has gone meanwhile
      if (S_ISLNK(seen.st_mode)) {
        char target[PATH_MAX];
        const auto length = ::readlinkat(parent, name.c_str(), target, sizeof target);
        if (length < 0)
          continue;
        auto told = entry_of(seen, path, wire::file_type::symlink);
        told.target.assign(target, static_cast<std::size_t>(length));
        return entries_.tell(wire::files_message::entry, told) ? outcome{} : broken_off(whole(path));
      }
      if (S_ISDIR(seen.st_mode)) {
        if (depth == deepest_pack)
          return failed("pack", whole(path), ENAMETOOLONG);
        const auto below = open_directory(parent, name);
        if (below && ::fstat(::dirfd(below.get()), &seen) == 0)
          return entries_.tell(wire::files_message::entry, entry_of(seen, path, wire::file_type::directory))
                   ? directory(below.get(), path + '/', depth + 1)
                   : broken_off(whole(path));
      } else if (S_ISREG(seen.st_mode)) {
        const unique_fd opened{::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
        if (opened && ::fstat(opened.get(), &seen) == 0 && S_ISREG(seen.st_mode))
          return file(opened, seen, path);
      } else {
        return {}; // nothing that an archive could hold
      }
      if (errno != ENOENT && errno != ELOOP && errno != ENOTDIR)
        return failed("pack", whole(path));
    }
    return failed("pack", whole(path), EBUSY);
  }

  const channel& entries_;
  const std::string top_;
  std::string bytes_;
};

} // namespace

outcome pack(const wire::files_pack& asked, const channel& server, const channel& entries) {
  const auto path = real_path(asked.path);
  if (!path)
    return refused(wire::file_problem::malformed, "pack", asked.path);
  unique_fd top{::open(path->c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  struct stat seen {};
  if (!top || ::fstat(top.get(), &seen) != 0)
    return failed("pack", *path);
  if (!S_ISDIR(seen.st_mode) && !S_ISREG(seen.st_mode))
    return refused(wire::file_problem::not_a_regular_file, "pack", *path);
  if (!server.tell(wire::files_message::info, info_of(seen, *path)))
    return broken_off(*path);
  packer packed{entries, *path};
  outcome problem;
  if (S_ISREG(seen.st_mode)) {
    problem = packed.file(top, seen, path->substr(path->rfind('/') + 1));
  } else {
    const directory_stream stream{::fdopendir(top.release())};
    problem = stream ? packed.directory(stream.get(), "", 0) : failed("pack", *path);
  }
  if (!problem && !entries.send(wire::files_message::end, {}))
    problem = broken_off(*path);
  return problem;
}

} // namespace strata::files
