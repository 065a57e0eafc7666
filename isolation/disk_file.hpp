// SPDX-License-Identifier: MIT
#pragma once

namespace strata {

/// Whether a descriptor is a regular file of a file system that keeps its bytes on a disk or in memory of this host. Such a file can be
/// read by anybody, waiting for a disk at most; others may run code of whoever made them (FUSE), or tell their reader what they would
/// not tell who opened them (proc, sysfs). Known are ext4, xfs, btrfs, f2fs, zfs, bcachefs, tmpfs and overlay (statfs(2)).
bool is_disk_file(int descriptor) noexcept;

} // namespace strata
