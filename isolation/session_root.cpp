// SPDX-License-Identifier: MIT
#include "isolation/session_root.hpp"

#include "isolation/directory_names.hpp"
#include "isolation/open_beneath.hpp"
#include "isolation/private_directory.hpp"
#include "isolation/root_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace {

constexpr int as_directory = O_PATH | O_DIRECTORY | O_NOFOLLOW;
constexpr char files_name[] = "files";

// A name that is wrong here, e.g. /root, would have what it calls "trash" deleted.
result<void> check_is_ours(int root, const std::string& subject) {
  STRATA_TRY(const auto names, directory_names(root));
  if (std::find(names.begin(), names.end(), lock_file_name) != names.end())
    return {};
  const auto is_foreign = [](const auto& name) { return name != "lost+found"; }; // of a file system of its own
  if (std::any_of(names.begin(), names.end(), is_foreign))
    return error{errc::permission_denied,
                 fmt::format("{}: not empty and never used by strata (give an empty directory)", subject)};
  return {};
}

result<unique_fd> make_below(int root, const char* name, const std::string& subject) {
  if (::mkdirat(root, name, 0700) != 0 && errno != EEXIST)
    return errno_error(subject + ": make", name);
  auto directory = open_beneath(root, name, as_directory);
  if (!directory)
    return errno_error(subject + ": open", name);
  return directory;
}

result<unique_fd> make_files(int directory) {
  if (::mkdirat(directory, files_name, 0700) != 0 && errno != EEXIST)
    return errno_error("make the files of a session");
  // The umask does not count, nor does the set-group-id bit that it may have from above.
  if (::fchmodat(directory, files_name, 0777, 0) != 0)
    return errno_error("open the files of a session to its ids");
  auto files = open_beneath(directory, files_name, as_directory);
  if (!files)
    return errno_error("open the files of a session");
  return files;
}

error not_a_session() { return {errc::invalid_argument, "open session directory: not the name of one"}; }

} // namespace

result<session_root> session_root::open(const std::string& path) {
  const auto subject = "session root " + path;
  session_root root;
  root.path_ = path;
  STRATA_TRY(root.root_, open_private_directory("session root", path));
  STRATA_CHECK(check_is_ours(root.root_.get(), subject));
  STRATA_TRY(root.lock_, lock_directory(root.root_.get(), subject));
  STRATA_TRY(root.sessions_, make_below(root.root_.get(), "sessions", subject));
  STRATA_TRY(root.trash_, make_below(root.root_.get(), "trash", subject));
  return root;
}

result<session_directory> session_root::make(const std::string& name) const {
  if (!is_session_directory_name(name))
    return not_a_session();
  if (::mkdirat(sessions(), name.c_str(), 0700) != 0)
    return errno_error("make session directory", name);
  auto made = open_session(name);
  if (!made) {
    if (const auto directory = open_beneath(sessions(), name, as_directory); directory)
      ::unlinkat(directory.get(), files_name, AT_REMOVEDIR);
    ::unlinkat(sessions(), name.c_str(), AT_REMOVEDIR);
  }
  return made;
}

result<session_directory> session_root::open_session(const std::string& name) const {
  if (!is_session_directory_name(name))
    return not_a_session();
  session_directory session;
  session.name = name;
  session.directory = open_beneath(sessions(), name, as_directory);
  if (!session.directory)
    return errno_error("open session directory", name);
  STRATA_TRY(session.files, make_files(session.directory.get()));
  return session;
}

result<std::vector<std::string>> session_root::list() const {
  STRATA_TRY(auto names, directory_names(sessions()));
  std::erase_if(names, [](const auto& name) { return !is_session_directory_name(name); });
  return names;
}

} // namespace strata
