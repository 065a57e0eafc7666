// SPDX-License-Identifier: MIT
#include "isolation/skeleton_copies.hpp"

#include "isolation/mapped_command.hpp"
#include "isolation/skeleton.hpp"
#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <vector>

namespace strata {

namespace {

// Run by coreutils as root over the ids. "root" is the skeleton, "files" the folder of these ids.
std::vector<std::vector<std::string>> steps() {
  std::vector<std::vector<std::string>> all{
    {"/bin/rm", "-rf", "--", "files/root", "files/root.new"}, // of an earlier server, or one that was killed here
    {"/bin/cp", "-a", "--no-preserve=ownership", "--", "root", "files/root.new"},
  };
  for (const auto& entry : private_entries) {
    const auto path = fmt::format("files/root.new/{}", entry.name);
    if (entry.group != 0)
      all.push_back({"/bin/chown", fmt::format("0:{}", entry.group), "--", path});
    all.push_back({"/bin/chmod", fmt::format("{:04o}", entry.mode), "--", path});
  }
  all.push_back({"/bin/mv", "-T", "--", "files/root.new", "files/root"});
  all.push_back({"/bin/rmdir", "files/home"}); // which the launcher makes
  return all;
}

result<unique_fd> open_folder(const std::string& path) {
  unique_fd folder{::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  if (!folder)
    return errno_error("open", path);
  return folder;
}

} // namespace

result<std::string> skeleton_copies::path_for(const id_map& ids) {
  const std::lock_guard lock{mutex_};
  if (!made_.contains(ids.range.first)) {
    STRATA_CHECK(make(ids));
    made_.emplace(ids.range.first, ids);
  }
  return folder_of(ids) + "/root";
}

result<void> skeleton_copies::make(const id_map& ids) {
  const auto folder = folder_of(ids);
  // Open to the mapped ids; who else might come is kept out by the session root (0700).
  if ((::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) || ::chmod(folder.c_str(), 0777) != 0)
    return errno_error("make directory", folder);
  STRATA_TRY(const auto files, open_folder(folder));
  for (auto& argv : steps())
    if (auto done = run(files, ids, std::move(argv)); !done)
      return error{done.error().code, "make skeleton for the session's ids: " + done.error().message};
  return {};
}

void skeleton_copies::remove() {
  const std::lock_guard lock{mutex_};
  for (const auto& [first, ids] : std::exchange(made_, {}))
    if (const auto files = open_folder(folder_of(ids)); files)
      (void)run(*files, ids, {"/bin/rm", "-rf", "--", "files/root", "files/home"});
}

result<void> skeleton_copies::run(const unique_fd& files, const id_map& ids, std::vector<std::string> argv) {
  mapped_command step;
  step.argv = std::move(argv);
  step.tree = folder_ + "/root";
  step.files_dir = files.get();
  step.ids = ids;
  step.tools = &tools_;
  return run_mapped(step);
}

std::string skeleton_copies::folder_of(const id_map& ids) const { return fmt::format("{}/{}", folder_, ids.range.first); }

} // namespace strata
