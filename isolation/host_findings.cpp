// SPDX-License-Identifier: MIT
#include "isolation/host_findings.hpp"

#include "isolation/host_program.hpp"
#include "isolation/mapped_command.hpp"
#include "isolation/removal.hpp"
#include "isolation/session_root.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace strata {

namespace fs = std::filesystem;

using verdict = host_finding::verdict;

host_finding found(std::string need, std::string detail) { return {std::move(need), verdict::ok, true, std::move(detail), {}}; }

host_finding lacking(std::string need, const error& why, bool required) {
  auto detail = why.message;
  std::string remedy;
  if (const auto open = detail.rfind(" ("); open != std::string::npos && detail.ends_with(')')) {
    remedy = detail.substr(open + 2, detail.size() - open - 3);
    detail.resize(open);
  }
  return {std::move(need), verdict::missing, required, std::move(detail), std::move(remedy)};
}

// 5.11: overlayfs in user namespaces. 5.12: idmapped mounts, 5.19: of lowers. 6.5: pidfds of peers, without which pids are
// compared.
host_finding find_kernel() {
  utsname name{};
  int major = 0;
  int minor = 0;
  if (::uname(&name) != 0 || std::sscanf(name.release, "%d.%d", &major, &minor) != 2)
    return {"kernel", verdict::limited, false, "its version is not known", "run Linux 5.19 or later"};
  const auto version = major * 1000 + minor;
  const auto detail = fmt::format("Linux {}", name.release);
  if (version < 5011)
    return {"kernel", verdict::missing, true, detail + ": too old for user namespaces with overlays", "run Linux 5.19 or later"};
  if (version < 5019)
    return {"kernel", verdict::limited, false, detail + ": a root server cannot shift the ids of a base",
            "run Linux 5.19 or later"};
  return found("kernel", detail);
}

host_finding find_program(std::string need, const std::string& path, const std::string& package, bool required) {
  const auto remedy = "apt-get install " + package;
  if (path.empty())
    return {std::move(need), verdict::missing, required, "not found in /usr/bin and its like", remedy};
  std::string version; // the line that begins with the program's name; others are talk
  const auto on_line = [&](const std::string& line) {
    if (version.empty() && line.starts_with(need))
      version = line;
  };
  const auto code = run_host_program({{path, "--version"}, std::chrono::seconds{10}, on_line});
  if (!code)
    return {std::move(need), verdict::missing, required, code.error().message, remedy};
  auto finding = found(std::move(need), *code == 0 && !version.empty() ? fmt::format("{} ({})", path, version) : path);
  finding.required = required;
  return finding;
}

host_finding find_own_programs(const std::string& libexec) {
  for (const auto* name : {"strata-launcher", "strata-agent", "strata-remover"})
    if (::access(fmt::format("{}/{}", libexec, name).c_str(), X_OK) != 0)
      return {"programs of strata", verdict::missing, true, fmt::format("no {} in {}", name, libexec),
              "set STRATA_LIBEXEC to their directory"};
  return found("programs of strata", libexec);
}

host_finding find_ids(const result<id_pool>& pool) {
  if (!pool)
    return lacking("id ranges", pool.error());
  if (pool->kind() == id_map_kind::single)
    return {"id ranges", verdict::limited, false,
            pool->describe() + ": no user but root inside, and no protection of sessions by ids",
            "add this user to /etc/subuid and /etc/subgid: usermod --add-subuids 200000-265535 --add-subgids 200000-265535 USER"};
  if (pool->kind() == id_map_kind::subid_range && pool->size() == 1)
    return {"id ranges", verdict::limited, false, pool->describe(),
            "give this user more ranges of 65536 in /etc/subuid and /etc/subgid"};
  return found("id ranges", pool->describe());
}

host_finding find_user_namespaces(const launch_tools& tools, const id_map& ids, const std::string& place) {
  const unique_fd files{::open(place.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!files)
    return lacking("user namespaces", errno_error("open", place));
  mapped_command command;
  command.argv = {"/bin/rmdir", "files/home"}; // which the launcher makes
  command.tree = place;
  command.files_dir = files.get();
  command.ids = ids;
  command.tools = &tools;
  if (const auto done = run_mapped(command); !done)
    return lacking("user namespaces", done.error());
  return found("user namespaces", fmt::format("root inside is {} here", ids.range.first));
}

host_finding find_session_root(const std::string& path) {
  std::error_code failure;
  if (fs::symlink_status(path, failure).type() == fs::file_type::not_found)
    return found("session root", path + " (will be made)");
  const bool is_new = fs::is_empty(path, failure);
  const auto root = session_root::open(path);
  if (root) {
    for (const auto* made : {"sessions", "trash", ".lock"})
      if (is_new)
        (void)remove_tree(root->directory(), made);
    return found("session root", path);
  }
  if (root.error().message.find("in use by another server") != std::string::npos) // which is as well as can be
    return found("session root", root.error().message);
  return lacking("session root", root.error());
}

host_finding find_limits(const limit_means& means, bool required) {
  const auto words = [](const std::string& by) { return by.empty() ? "not limited" : "by " + by; };
  host_finding finding{"resource limits", verdict::limited, required,
                       fmt::format("memory {}, processes {}, processor time {}; files in memory by size; disk not limited",
                                   words(means.memory), words(means.pids), words(means.cpu)),
                       "put the session root on a file system of its own, so that sessions cannot fill another"};
  if (means.memory.empty() || means.pids.empty() || means.cpu.empty()) {
    finding.state = required ? verdict::missing : verdict::limited;
    finding.remedy = "run the server as root on cgroup v1, or in a cgroup v2 that is delegated with memory, pids and cpu "
                     "(systemd: Delegate=yes)";
  }
  return finding;
}

} // namespace strata
