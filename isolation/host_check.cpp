// SPDX-License-Identifier: MIT
#include "isolation/host_check.hpp"

#include "isolation/driver_trial.hpp"
#include "isolation/host_findings.hpp"
#include "isolation/removal.hpp"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

namespace {

using verdict = host_finding::verdict;

// A private directory on the session root's file system, removed with all that the check made in it.
class place_to_try {
public:
  static result<std::unique_ptr<place_to_try>> make(const fs::path& session_root) {
    std::error_code failure;
    auto parent = session_root.parent_path();
    while (!fs::is_directory(parent, failure) && parent.has_relative_path())
      parent = parent.parent_path();
    struct stat above {};
    struct stat root {};
    const bool is_there = ::stat(parent.c_str(), &above) == 0 && ::stat(session_root.c_str(), &root) == 0;
    if (is_there && (::access(parent.c_str(), W_OK | X_OK) != 0 || above.st_dev != root.st_dev))
      parent = session_root; // which is a file system of its own, or in a directory that is not this user's
    auto name = (parent / ".strata-check-XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr)
      return errno_error("make directory in", parent.native());
    return std::unique_ptr<place_to_try>{new place_to_try{name}};
  }
  place_to_try(const place_to_try&) = delete;
  place_to_try& operator=(const place_to_try&) = delete;
  ~place_to_try() {
    const unique_fd parent{::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (parent)
      (void)remove_tree(parent.get(), path_.filename().native());
  }
  /// An empty directory that the mapped ids may use.
  std::string open_directory() const {
    const auto path = path_ / "open";
    ::mkdir(path.c_str(), 0700);
    ::chmod(path.c_str(), 0777);
    return path.native();
  }
  std::string session_root() const { return (path_ / "sessions").native(); }

private:
  explicit place_to_try(fs::path path) : path_{std::move(path)} {}
  fs::path path_;
};

bool is_wished(const host_options& options, overlay_driver driver) { return options.driver == driver; }

void find_drivers(sandbox_host& host, const host_options& options, std::vector<host_finding>& findings) {
  bool any_works = false;
  bool automatic_works = false;
  for (const auto driver : {overlay_driver::kernel, overlay_driver::fuse, overlay_driver::none}) {
    auto need = fmt::format("overlay driver {}", to_string(driver));
    const auto works = try_driver(host, driver);
    any_works = any_works || works;
    automatic_works = automatic_works || (works && driver != overlay_driver::none);
    auto finding = works ? found(std::move(need), "tried with a sandbox") : lacking(std::move(need), works.error());
    finding.required = is_wished(options, driver);
    findings.push_back(std::move(finding));
  }
  if (options.driver == overlay_driver::automatic && !automatic_works)
    findings.push_back({"overlay driver", verdict::missing, true, "neither kernel nor fuse works",
                        "see the two above; STRATA_SANDBOX_OVERLAY_DRIVER=none gives sessions a read-only root"});
  if (any_works) // every trial had one
    findings.push_back(found("network namespaces", "each sandbox has its own, with loopback only"));
}

// With all that a server opens, in a place of its own.
void find_sandboxes(const host_options& options, const place_to_try& place, std::vector<host_finding>& findings) {
  auto trial = options;
  trial.session_root = place.session_root();
  trial.problem = {};
  auto host = prepare_sandbox_host(trial);
  if (!host) {
    findings.push_back(lacking("base and sandboxes", host.error()));
    return;
  }
  findings.push_back(found("base", options.base_rootfs.empty() ? "made from this host" : options.base_rootfs));
  findings.push_back(find_limits(limit_means_of(**host), options.require_limits));
  find_drivers(**host, options, findings);
  if ((*host)->skeletons)
    (*host)->skeletons->remove();
}

} // namespace

std::vector<host_finding> check_host(const host_options& options) {
  std::vector<host_finding> findings{find_kernel()};
  const auto libexec = libexec_directory();
  if (!libexec) {
    findings.push_back(lacking("programs of strata", libexec.error()));
    return findings;
  }
  const auto tools = find_launch_tools(*libexec);
  auto ids = id_pool::open(options.id_pool);
  const bool mappers_needed = ids && ids->kind() == id_map_kind::subid_range;
  findings.push_back(find_own_programs(*libexec));
  findings.push_back(find_program("bubblewrap", tools.bwrap, "bubblewrap", true));
  findings.push_back(
    find_program("fuse-overlayfs", tools.fuse_overlayfs, "fuse-overlayfs", is_wished(options, overlay_driver::fuse)));
  if (mappers_needed && (tools.newuidmap.empty() || tools.newgidmap.empty()))
    findings.push_back(
      {"newuidmap and newgidmap", verdict::missing, true, "not found in /usr/bin and its like", "apt-get install uidmap"});
  findings.push_back(find_ids(ids));
  findings.push_back(find_session_root(options.session_root));
  const auto place = place_to_try::make(options.session_root);
  if (!place) {
    findings.push_back(lacking("place for sessions", place.error()));
    return findings;
  }
  if (const auto lease = ids ? ids->take() : result<id_lease>{ids.error()}; lease)
    findings.push_back(find_user_namespaces(tools, lease->map(), (*place)->open_directory()));
  if (can_run(findings))
    find_sandboxes(options, **place, findings);
  return findings;
}

bool can_run(const std::vector<host_finding>& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const auto& one) { return one.required && one.state == verdict::missing; });
}

} // namespace strata
