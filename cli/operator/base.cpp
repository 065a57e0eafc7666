// SPDX-License-Identifier: MIT
#include "cli/operator/base.hpp"

#include "cli/operator/interruption.hpp"
#include "config/escaped.hpp"
#include "config/value_checks.hpp"
#include "isolation/create_rootfs.hpp"

#include <cstring>
#include <filesystem>
#include <fmt/format.h>

namespace strata {

namespace {

result<int> create(const invocation& given, std::ostream& err) {
  rootfs_request request;
  request.directory = given.arguments.empty() ? "" : given.arguments.front();
  request.suite = given.value("--suite");
  if (request.directory.empty())
    return error{errc::invalid_argument, "create base: DIR is empty"};
  if (given.has("--package"))
    request.packages = given.flags.at("--package");
  if (given.has("--id-pool")) {
    request.id_pool = given.value("--id-pool");
    if (const auto checked = check_id_pool(request.id_pool); !checked)
      return error{errc::invalid_argument,
                   fmt::format("read --id-pool: {} {} (allowed: auto, or FIRST-LAST with at least 65536 ids)",
                               in_quotes(request.id_pool), checked.error().message)};
  }
  request.directory = std::filesystem::absolute(request.directory).lexically_normal().string();
  const interruption asked;
  request.interrupt = asked.descriptor();
  // Nobody may be reading any more (`| head`); the work goes on.
  const auto made = create_rootfs(request, [&err](const std::string& line) { err << line << std::endl; });
  if (const int number = asked.signal(); !made && number != 0) {
    err << "strata: create base " << request.directory << ": ended by SIG" << ::sigabbrev_np(number) << std::endl;
    return 128 + number;
  }
  STRATA_CHECK(made);
  err << "strata: made " << request.directory << "; run the server with --base-rootfs " << request.directory << std::endl;
  return 0;
}

} // namespace

std::vector<command> base_commands(std::ostream& err) {
  return {
    {.words = {"base"}, .summary = "prepare root file systems for sessions", .run = {}},
    {
      .words = {"base", "create"},
      .summary = "make a root file system from the host's Debian mirror, with mmdebstrap or debootstrap",
      .arguments = {{"DIR", "directory to make; must not exist or be empty"}},
      .flags = {{"--suite", "NAME", "Debian release, such as bookworm; default: the host's"},
                {"--package", "NAME", "a package to install beside the minimal system; may be repeated", true},
                {"--id-pool", "auto|FIRST-LAST", "as for the server: whose ids the tree belongs to, for a plain user"}},
      .run = [&err](const invocation& given) { return create(given, err); },
    },
  };
}

} // namespace strata
