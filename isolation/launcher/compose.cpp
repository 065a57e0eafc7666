// SPDX-License-Identifier: MIT
#include "isolation/launcher/compose.hpp"

#include "isolation/launcher/fuse.hpp"
#include "isolation/launcher/layers.hpp"
#include "isolation/launcher/report.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata::launcher {

namespace {

// Never through a link: an earlier run of the session may have put one there to have us mount elsewhere.
unique_fd open_target(const char* tree, const std::string& target) {
  unique_fd top{::open(tree, O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!top)
    fail(std::string{"open "} + tree, errno);
  if (target.empty())
    return top;
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  unique_fd directory{static_cast<int>(::syscall(SYS_openat2, top.get(), target.c_str(), &how, sizeof how))};
  if (!directory)
    fail("open " + target + " in the session's root", errno, "the root layer must hold a plain directory there");
  return directory;
}

void attach(const unique_fd& tree, const unique_fd& directory, const std::string& name) {
  if (::move_mount(tree.get(), "", directory.get(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    fail("mount layer on /" + name, errno);
}

// The merged directory shows mode and owner of the upper one. An owner that has no id inside stays 0.
void copy_attributes(const char* from, const char* to) {
  struct stat status {};
  if (::stat(from, &status) != 0 || ::chmod(to, status.st_mode & 07777) != 0)
    fail(std::string{"copy mode to "} + to, errno);
  if ((status.st_uid != 0 || status.st_gid != 0) && ::chown(to, status.st_uid, status.st_gid) != 0 && errno != EINVAL
      && errno != EPERM)
    fail(std::string{"copy owner to "} + to, errno);
}

struct overlay_paths {
  std::string upper, work;
};

overlay_paths make_upper(std::size_t index, const char* lower) {
  const auto number = std::to_string(index);
  overlay_paths paths{"files/u" + number, "files/w" + number};
  const bool fresh = ::access(paths.upper.c_str(), F_OK) != 0;
  make_directory(paths.upper.c_str());
  make_directory(paths.work.c_str());
  if (fresh)
    copy_attributes(lower, paths.upper.c_str());
  return paths;
}

void mount_overlay(std::size_t index, const wire::plan_layer& layer, const unique_fd& tree, const unique_fd& target) {
  const auto lower = "l" + std::to_string(index);
  make_directory(lower.c_str());
  attach(tree, open_target(lower.c_str(), ""), lower);
  const auto paths = make_upper(index, lower.c_str());
  const auto options = "lowerdir=" + lower + ",upperdir=" + paths.upper + ",workdir=" + paths.work + ",userxattr";
  const auto where = "/proc/self/fd/" + std::to_string(target.get());
  if (::mount("overlay", where.c_str(), "overlay", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
    fail(
      "mount overlay on /" + layer.target, errno,
      errno == EINVAL
        ? "the session root must be on a file system that can be the writable side of an overlay, e.g. ext4, xfs, btrfs or tmpfs, "
          "and the kernel 5.11 or later; the driver fuse has no such need"
      : errno == ELOOP                    ? "the session root lies below a layer of the base on the same file system"
      : errno == EPERM || errno == ENODEV ? "this kernel does not let user namespaces mount overlayfs; use the driver fuse"
                                          : nullptr);
}

} // namespace

void make_directory(const char* path, mode_t mode) {
  if (::mkdir(path, mode) != 0 && errno != EEXIST)
    fail(std::string{"make directory "} + path, errno);
}

void compose_root(const wire::launch_plan& plan, std::vector<unique_fd> layers) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& layer = plan.layers[i];
    const auto target = open_target(wire::root_tree, layer.target);
    if (bound_read_only(plan, layer))
      attach(layers[i], target, layer.target);
    else
      mount_overlay(i, layer, layers[i], target);
  }
}

void compose_fuse_root(const wire::launch_plan& plan, std::vector<unique_fd> layers, unique_fd device) {
  constexpr char lower[] = "lower";
  make_directory(lower);
  bool squash = false;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (bound_read_only(plan, plan.layers[i]))
      continue;
    const auto target = open_target(lower, plan.layers[i].target);
    attach(layers[i], target, plan.layers[i].target);
    struct stat status {};
    if (::fstatat(layers[i].get(), "", &status, AT_EMPTY_PATH) != 0)
      fail("examine layer " + plan.layers[i].source, errno);
    // With one id, files that are not ours would be read-only; the daemon may show them as root's instead.
    squash = squash || (plan.map == wire::plan_map::single && status.st_uid != 0);
  }
  const auto paths = make_upper(0, lower);
  start_fuse_overlay({plan.fuse_overlayfs, lower, paths.upper, paths.work, squash}, std::move(device));
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (bound_read_only(plan, plan.layers[i]))
      attach(layers[i], open_target(wire::root_tree, plan.layers[i].target), plan.layers[i].target);
}

} // namespace strata::launcher
