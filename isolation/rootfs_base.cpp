// SPDX-License-Identifier: MIT
#include "isolation/rootfs_base.hpp"

#include "isolation/host_trees.hpp"
#include "isolation/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

error refused(const std::string& directory, const std::string& why) {
  return {errc::invalid_argument, fmt::format("use base {}: {}", directory, why)};
}

// As a program inside would find it: a link is followed within the tree.
unique_fd open_inside(const unique_fd& tree, const char* path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return unique_fd{static_cast<int>(::syscall(SYS_openat2, tree.get(), path, &how, sizeof how))};
}

std::string words_for(const id_map& ids) {
  switch (ids.kind) {
  case id_map_kind::range: return "root's files (as `strata base create` run by root makes them)";
  case id_map_kind::subid_range:
    return fmt::format("files of id {} (as `strata base create` run by this user makes them)", ids.range.first);
  case id_map_kind::single: break;
  }
  return fmt::format("files of this user (id {}), who has no subordinate ids", ids.range.first);
}

// The top directory may belong to whoever unpacked the tree; what counts is what sessions shall be able to change.
result<void> check_owner(const std::string& directory, const unique_fd& tree, const id_map& ids) {
  const auto etc = open_inside(tree, "etc");
  struct stat status {};
  if (!etc || ::fstat(etc.get(), &status) != 0)
    return refused(directory, "it has no /etc");
  const auto expected = ids.kind == id_map_kind::range ? 0 : ids.range.first;
  if (status.st_uid != expected)
    return refused(directory,
                   fmt::format("its /etc belongs to id {}, but sessions can only change {}", status.st_uid, words_for(ids)));
  return {};
}

} // namespace

result<base> open_rootfs_base(const std::string& directory, const std::string& session_root, const id_map& ids) {
  std::error_code failure;
  const auto real = fs::canonical(directory, failure);
  if (failure)
    return refused(directory, errno_text(failure.value()));
  const unique_fd tree{::open(real.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!tree)
    return refused(directory, errno_text(errno));
  const auto sessions = fs::weakly_canonical(session_root, failure).native();
  if (real == "/" || is_within(sessions, real.native()) || is_within(real.native(), sessions))
    return refused(directory, fmt::format("it must neither hold nor lie in the session root {}", session_root));
  const auto bash = open_inside(tree, "bin/bash");
  struct stat status {};
  if (!bash || ::fstat(bash.get(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & 0111) == 0)
    return refused(directory, "it has no /bin/bash that could be run (see `strata base create`)");
  STRATA_CHECK(check_owner(directory, tree, ids));
  return base{"rootfs", {{real.native(), "", layer_mode::overlay}}, ids.kind == id_map_kind::range};
}

} // namespace strata
