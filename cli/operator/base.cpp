// SPDX-License-Identifier: MIT
#include "cli/operator/base.hpp"

#include "isolation/create_rootfs.hpp"

#include <filesystem>

namespace strata {

namespace {

result<int> create(const invocation& given, std::ostream& err) {
  rootfs_request request{
    .directory = given.arguments.empty() ? "" : given.arguments.front(), .suite = given.value("--suite"), .packages = {}};
  if (request.directory.empty())
    return error{errc::invalid_argument, "create base: DIR is empty"};
  if (given.has("--package"))
    request.packages = given.flags.at("--package");
  request.directory = std::filesystem::absolute(request.directory).lexically_normal().string();
  STRATA_CHECK(create_rootfs(request, [&err](const std::string& line) { err << line << std::endl; }));
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
                {"--package", "NAME", "a package to install beside the minimal system; may be repeated", true}},
      .run = [&err](const invocation& given) { return create(given, err); },
    },
  };
}

} // namespace strata
