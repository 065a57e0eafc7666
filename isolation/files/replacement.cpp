// SPDX-License-Identifier: MIT
#include "isolation/files/replacement.hpp"

#include "isolation/files/info.hpp"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace strata::files {

namespace {

constexpr mode_t usual_mode = 0644;

} // namespace

outcome write_all(const unique_fd& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto put = ::write(file.get(), bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR)
      return failed("write", path);
    bytes.remove_prefix(put < 0 ? 0 : static_cast<std::size_t>(put));
  }
  return {};
}

outcome judge(const condition& asked, const std::string& path, const struct stat* seen) {
  if (seen == nullptr)
    return asked.if_match.empty() ? outcome{} : refused(wire::file_problem::etag_differs, "write", path);
  if (S_ISDIR(seen->st_mode))
    return failed("write", path, EISDIR);
  if (asked.must_be_new)
    return failed("write", path, EEXIST);
  if (!S_ISREG(seen->st_mode))
    return refused(wire::file_problem::not_a_regular_file, "write", path);
  const auto etag = etag_of(*seen);
  const bool matches = std::any_of(asked.if_match.begin(), asked.if_match.end(),
                                   [&](const std::string& each) { return each == "*" || each == etag; });
  return asked.if_match.empty() || matches ? outcome{} : refused(wire::file_problem::etag_differs, "write", path);
}

outcome replacement::make() {
  do {
    name_ = fresh_name();
    if (name_.empty())
      return failed("write", path_);
    file_.reset(::openat(at_.directory.get(), name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  } while (!file_ && errno == EEXIST);
  return file_ ? outcome{} : failed("write", path_);
}

outcome replacement::write(std::string_view bytes) const { return write_all(file_, bytes, path_); }

replacement::~replacement() {
  if (file_ && !name_.empty())
    ::unlinkat(at_.directory.get(), name_.c_str(), 0);
}

outcome replacement::put(const condition& asked, std::int32_t mode, wire::file_info& into) {
  struct stat old {};
  const bool there = look(at_, old);
  if (auto problem = judge(asked, path_, there ? &old : nullptr))
    return problem;
  const auto wanted = mode >= 0 ? static_cast<mode_t>(mode) & 07777 : there ? old.st_mode & 07777 : usual_mode;
  const bool of_another = there && (old.st_uid != ::geteuid() || old.st_gid != ::getegid());
  if (of_another && ::fchown(file_.get(), old.st_uid, old.st_gid) != 0 && mode < 0)
    return failed("keep owner of", path_); // with its mode it would be open to others
  struct stat made {};
  if (::fchmod(file_.get(), wanted) != 0
      || ::renameat2(at_.directory.get(), name_.c_str(), at_.directory.get(), at_.name.c_str(),
                     asked.must_be_new ? RENAME_NOREPLACE : 0)
           != 0)
    return failed("write", path_);
  name_.clear();
  if (::fstat(file_.get(), &made) != 0)
    return failed("write", path_);
  into = info_of(made, path_);
  into.created = !there;
  return {};
}

} // namespace strata::files
