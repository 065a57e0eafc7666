// SPDX-License-Identifier: MIT
#include "isolation/disk_file.hpp"

#include <algorithm>
#include <iterator>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace strata {

namespace {

// Not in linux/magic.h.
constexpr unsigned xfs = 0x58465342, zfs = 0x2fc12fc1, bcachefs = 0xca451a4e;

constexpr unsigned known[] = {EXT4_SUPER_MAGIC, xfs,         BTRFS_SUPER_MAGIC,    F2FS_SUPER_MAGIC, zfs,
                              bcachefs,         TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC};

} // namespace

bool is_disk_file(int descriptor) noexcept {
  struct stat seen {};
  struct statfs on {};
  return ::fstat(descriptor, &seen) == 0 && S_ISREG(seen.st_mode) && ::fstatfs(descriptor, &on) == 0
         && std::find(std::begin(known), std::end(known), static_cast<unsigned>(on.f_type)) != std::end(known);
}

} // namespace strata
