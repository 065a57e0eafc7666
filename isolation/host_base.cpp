// SPDX-License-Identifier: MIT
#include "isolation/host_base.hpp"

#include "isolation/harmless_copy.hpp"
#include "isolation/host_trees.hpp"
#include "isolation/removal.hpp"
#include "isolation/skeleton.hpp"
#include "isolation/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/syscall.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

constexpr char current[] = "root";
constexpr char coming[] = "root.new";
constexpr char nothing[] = "empty";    // the layer that hides a directory
constexpr unsigned exchange = 1U << 1; // RENAME_EXCHANGE (renameat2(2)); its header clashes with <fcntl.h>

result<void> check_place(const fs::path& session_root, const std::vector<base_layer>& trees) {
  std::error_code failure;
  const auto real = fs::weakly_canonical(session_root, failure);
  for (const auto& tree : trees)
    if (is_within(failure ? session_root.native() : real.native(), tree.source))
      return error{
        errc::invalid_argument,
        fmt::format("use session root {}: it lies in {}, which every session sees (choose another STRATA_SANDBOX_SESSION_ROOT)",
                    session_root.native(), tree.source)};
  return {};
}

result<void> replace_current(const unique_fd& folder) {
  if (::faccessat(folder.get(), current, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    if (::renameat(folder.get(), coming, folder.get(), current) != 0)
      return errno_error("put skeleton in place");
    return {};
  }
  if (::syscall(SYS_renameat2, folder.get(), coming, folder.get(), current, exchange) != 0)
    return errno_error("replace skeleton");
  return remove_tree(folder.get(), coming); // the old one
}

result<void> renew_skeleton(const fs::path& folder_path, bool open_modes) {
  STRATA_CHECK(make_open_directory(folder_path));
  const unique_fd folder{::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
  if (!folder)
    return errno_error("open", folder_path.native());
  STRATA_CHECK(remove_tree(folder.get(), coming)); // of a server that was killed here
  STRATA_CHECK(make_skeleton("/", folder_path / coming));
  if (!open_modes)
    STRATA_CHECK(close_private_entries(folder_path / coming));
  STRATA_CHECK(replace_current(folder));
  return make_open_directory(folder_path / nothing);
}

std::string own_mounts() {
  std::ifstream file{"/proc/self/mountinfo"};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A lower holds no mount of its own (launcher/layers.hpp): sessions see an empty directory there.
std::vector<std::string> unseen_mounts(const std::vector<base_layer>& trees) {
  const auto mountinfo = own_mounts();
  std::vector<std::string> unseen;
  for (const auto& tree : trees)
    for (auto& mount : mounts_below(mountinfo, tree.source))
      unseen.push_back(std::move(mount));
  return unseen;
}

// Root inside is root over the trees of a root server and reads what is closed to others, so some directories are covered.
std::vector<base_layer> covers(const fs::path& folder, const std::vector<std::string>& unseen) {
  std::vector<base_layer> layers;
  for (const auto& hidden : hidden_directories())
    if (std::none_of(unseen.begin(), unseen.end(), [&hidden](const auto& mount) { return is_within("/" + hidden, mount); }))
      layers.push_back({(folder / nothing).native(), hidden, layer_mode::overlay});
  return layers;
}

} // namespace

result<base> make_host_base(const host_base_request& request) {
  const auto trees = host_trees(request.root_server);
  STRATA_CHECK(check_place(request.session_root, trees));
  const auto folder = fs::path{request.session_root} / "base";
  STRATA_CHECK(renew_skeleton(folder, request.for_other_ids));
  base made{"host", {{(folder / current).native(), "", layer_mode::overlay}}, request.root_server};
  made.layers.insert(made.layers.end(), trees.begin(), trees.end());
  if (request.root_server) {
    const auto unseen = unseen_mounts(trees);
    const auto layers = covers(folder, unseen);
    made.layers.insert(made.layers.end(), layers.begin(), layers.end());
    for (const auto& mount : unseen)
      if (request.problem)
        request.problem(fmt::format("sessions see {} empty: it is a mount of its own", mount));
  }
  return made;
}

} // namespace strata
