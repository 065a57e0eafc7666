// SPDX-License-Identifier: MIT
#include "isolation/create_rootfs.hpp"

#include "isolation/debian_archive.hpp"
#include "isolation/filtered_etc.hpp"
#include "isolation/harmless_copy.hpp"
#include "isolation/host_program.hpp"
#include "isolation/id_pool.hpp"
#include "isolation/mapped_command.hpp"
#include "isolation/removal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

error failed(const rootfs_request& request, const std::string& why) {
  return {errc::internal, fmt::format("make base {}: {}", request.directory, why)};
}

// Everything happens in a private directory beside the target, on its file system: tree/ becomes the target by a rename.
class workshop {
public:
  static result<std::unique_ptr<workshop>> make(const rootfs_request& request, const id_map& ids, const launch_tools& tools) {
    const auto parent = fs::path{request.directory}.parent_path();
    STRATA_CHECK(make_open_directory(parent));
    auto name = (parent / ".strata-base-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr)
      return errno_error("make directory in", parent.native());
    std::unique_ptr<workshop> made{new workshop{name, ids, tools}};
    made->here_.reset(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    STRATA_CHECK(make_open_directory(made->path_ / "tree", ids.kind == id_map_kind::subid_range ? 0777 : 0755));
    STRATA_CHECK(make_open_directory(made->path_ / "in"));
    made->parent_.reset(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (::flock(made->here_.get(), LOCK_EX | LOCK_NB) != 0) // before it is looked for: another run may be tidying up
      return errno_error("lock", name);
    made->tree_.reset(::open((made->path_ / "tree").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!made->parent_ || !made->tree_)
      return errno_error("open", name);
    return made;
  }
  workshop(const workshop&) = delete;
  workshop& operator=(const workshop&) = delete;
  ~workshop() {
    if (!finished_ && ids_.kind == id_map_kind::subid_range && tree_)
      (void)as_owner({"/usr/bin/find", "files", "-mindepth", "1", "-delete"});
    if (parent_)
      (void)remove_tree(parent_.get(), path_.filename().native());
  }

  fs::path tree() const { return path_ / "tree"; }
  fs::path in() const { return path_ / "in"; } ///< readable as "root" by as_owner()

  /// Runs a program as the tree's owner-to-be; the tree is "files".
  result<void> as_owner(std::vector<std::string> argv) const {
    mapped_command command;
    command.argv = std::move(argv);
    command.tree = in().native();
    command.files_dir = tree_.get();
    command.ids = ids_;
    command.tools = &tools_;
    command.patience = std::chrono::minutes{10};
    return run_mapped(command);
  }
  result<void> finish(const std::string& directory) {
    if (::fchmod(tree_.get(), 0755) != 0 || ::rename(tree().c_str(), directory.c_str()) != 0) // an empty directory is replaced
      return errno_error("put base in place at", directory);
    finished_ = true;
    return {};
  }

private:
  workshop(std::string path, id_map ids, const launch_tools& tools) : path_{std::move(path)}, ids_{ids}, tools_{tools} {}

  fs::path path_;
  id_map ids_;
  const launch_tools& tools_;
  unique_fd parent_, tree_;
  unique_fd here_; ///< locked (flock(2)) as long as somebody works in it
  bool finished_ = false;
};

/// Of runs that were killed: ours, and nobody works in them. Mounts cannot be there: they went with the run's namespace.
void remove_stale_workshops(const fs::path& parent, const std::function<void(const std::string&)>& progress) {
  const unique_fd above{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  std::error_code failure;
  for (fs::directory_iterator entry{parent, failure}, end; above && !failure && entry != end; entry.increment(failure)) {
    const auto name = entry->path().filename().native();
    if (!name.starts_with(".strata-base-"))
      continue;
    const unique_fd found{::openat(above.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
    struct stat facts {};
    if (!found || ::fstat(found.get(), &facts) != 0 || facts.st_uid != ::geteuid()
        || std::time(nullptr) - facts.st_mtime < 60 // one that was made just now may not be locked yet
        || ::flock(found.get(), LOCK_EX | LOCK_NB) != 0)
      continue;
    const auto removed = remove_tree(above.get(), name);
    if (progress)
      progress(removed ? fmt::format("removed {}, left by a run that was killed", entry->path().native())
                       : fmt::format("cannot remove {}, left by a run that was killed: {}", entry->path().native(),
                                     removed.error().message));
  }
}

// What the tool took over from this host, and a profile that starts no program.
result<void> write_own_etc(const workshop& work, bool mapped) {
  STRATA_CHECK(write_session_etc("/etc", work.in() / "etc"));
  const std::vector<std::string> copy{"/bin/cp", "-rT", "--remove-destination", "--no-preserve=ownership"};
  auto argv = copy;
  argv.insert(argv.end(),
              {"--", mapped ? "root/etc" : (work.in() / "etc").native(), mapped ? "files/etc" : (work.tree() / "etc").native()});
  if (mapped)
    return work.as_owner(std::move(argv));
  STRATA_TRY(const auto code, run_host_program({argv, std::chrono::seconds{30}, {}}));
  if (code != 0)
    return error{errc::internal, "copy /etc of the sessions into the base: cp failed"};
  return {};
}

result<void> run_tool(const rootfs_request& request, std::vector<std::string> argv,
                      const std::function<void(const std::string&)>& progress) {
  std::string last;
  const auto on_line = [&](const std::string& line) {
    if (progress)
      progress(line);
    if (line.starts_with("E:"))
      last = line;
  };
  // A plain user's mmdebstrap makes namespaces by itself.
  const bool contained = ::geteuid() == 0;
  STRATA_TRY(const auto code, run_host_program({argv, request.patience, on_line, contained, request.interrupt}));
  if (code != 0)
    return failed(request, fmt::format("{} exited with {}{}{}", argv[0], code, last.empty() ? "" : ": ", last));
  return {};
}

result<void> unpack_as_owner(const workshop& work) {
  // Device files cannot be made by a plain user; bwrap mounts a /dev of its own. The top directory stays this user's, so its entry
  // is stripped away; /home has been made by the launcher.
  STRATA_CHECK(work.as_owner({"/bin/tar", "-C", "files", "--numeric-owner", "--no-overwrite-dir", "--strip-components=1",
                              "--exclude=./dev/*", "-xpf", "root/base.tar"}));
  STRATA_CHECK(work.as_owner({"/bin/chmod", "0755", "--", "files/home"}));
  if (::unlink((work.in() / "base.tar").c_str()) != 0)
    return errno_error("remove the archive of the base");
  return {};
}

result<void> check_target(const rootfs_request& request) {
  if (!request.directory.starts_with('/') || request.directory.ends_with('/'))
    return error{errc::invalid_argument, fmt::format("make base {}: not an absolute path", request.directory)};
  std::error_code failure;
  const auto type = fs::symlink_status(request.directory, failure).type();
  if (type == fs::file_type::not_found
      || (type == fs::file_type::directory && fs::is_empty(request.directory, failure) && !failure))
    return {};
  return error{errc::file_exists, fmt::format("make base {}: it is there and not an empty directory", request.directory)};
}

} // namespace

result<void> create_rootfs(const rootfs_request& request, const std::function<void(const std::string& line)>& progress) {
  STRATA_CHECK(check_target(request));
  STRATA_TRY(auto pool, id_pool::open(request.id_pool));
  if (pool.kind() == id_map_kind::single)
    return failed(
      request, "this user has no subordinate ids to own its files (run as root, or add the user to /etc/subuid and /etc/subgid)");
  STRATA_TRY(const auto lease, pool.take());
  STRATA_TRY(const auto libexec, libexec_directory());
  const auto tools = find_launch_tools(libexec);
  const bool mapped = pool.kind() == id_map_kind::subid_range;
  remove_stale_workshops(fs::path{request.directory}.parent_path(), progress);
  STRATA_TRY(const auto work, workshop::make(request, lease.map(), tools));
  const auto target = mapped ? work->in() / "base.tar" : work->tree();
  STRATA_TRY(auto argv, debian_archive_command(request.suite, request.packages, target.native(), mapped));
  STRATA_CHECK(run_tool(request, std::move(argv), progress));
  if (mapped)
    STRATA_CHECK(unpack_as_owner(*work));
  STRATA_CHECK(write_own_etc(*work, mapped));
  return work->finish(request.directory);
}

} // namespace strata
