// SPDX-License-Identifier: MIT
#include "isolation/mapped_command.hpp"

#include "isolation/launch_attempt.hpp"
#include "isolation/plan_file.hpp"
#include "isolation/spawn_launcher.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace strata {

namespace {

wire::launch_plan plan_for(const mapped_command& command) {
  wire::launch_plan plan;
  plan.map = to_plan(command.ids.kind);
  plan.first_id = command.ids.range.first;
  plan.id_count = command.ids.range.count;
  plan.driver = wire::plan_driver::none;
  plan.layers.push_back({command.tree, "", 1});
  plan.bwrap = command.argv;
  plan.newuidmap = command.tools->newuidmap;
  plan.newgidmap = command.tools->newgidmap;
  return plan;
}

} // namespace

result<void> run_mapped(const mapped_command& command) {
  if (command.tools == nullptr || command.tools->launcher.empty() || command.argv.empty())
    return error{errc::internal, "run a program over mapped ids: no strata-launcher (install strata, or set STRATA_LIBEXEC)"};
  if (command.ids.kind == id_map_kind::subid_range && (command.tools->newuidmap.empty() || command.tools->newgidmap.empty()))
    return error{errc::internal,
                 "run a program over mapped ids: no newuidmap and newgidmap on this host (install the package uidmap)"};
  STRATA_TRY(const auto plan, write_plan(plan_for(command)));
  const unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)}; // in place of control socket and agent
  int ends[2];
  if (!null || ::pipe2(ends, O_CLOEXEC) != 0)
    return errno_error("make report pipe");
  const unique_fd report{ends[0]};
  unique_fd report_writer{ends[1]};
  if (::fcntl(report.get(), F_SETFL, O_NONBLOCK) != 0)
    return errno_error("make report pipe");
  launch_attempt attempt{-1};
  const auto deadline = std::chrono::steady_clock::now() + command.patience;
  STRATA_TRY(auto launcher, spawn_launcher(command.tools->launcher,
                                           {report_writer.get(), plan.get(), command.files_dir, null.get(), null.get()}));
  report_writer.reset(); // else there would never be an end of file
  if (auto done = attempt.complete(std::move(launcher), report, deadline); !done)
    return error{done.error().code, fmt::format("run {} over mapped ids: {}", command.argv[0], done.error().message)};
  return {};
}

} // namespace strata
