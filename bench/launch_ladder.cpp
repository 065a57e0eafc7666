// SPDX-License-Identifier: MIT
#include "bench/launch_ladder.hpp"

#include "isolation/bwrap_command.hpp"
#include "isolation/pidfd.hpp"
#include "isolation/plan_file.hpp"
#include "isolation/spawn_launcher.hpp"
#include "isolation/wire/launch_plan.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::bench {

namespace {

enum step : std::size_t { maps, overlays, bwrap, agent };

constexpr std::array<const char*, 4> names{"launcher: namespaces and id maps, then /bin/true", "+ the base: an overlay per tree",
                                           "+ bwrap with /bin/true inside", "+ the agent, until it is ready and connected"};

template <class T> T value_of(result<T> outcome, const char* what) {
  if (!outcome)
    throw std::runtime_error{fmt::format("{}: {}", what, outcome.error().message)};
  return std::move(*outcome);
}

std::string read_all(const unique_fd& pipe) {
  std::string text;
  char chunk[4096];
  for (ssize_t got; (got = ::read(pipe.get(), chunk, sizeof chunk)) != 0;) {
    if (got > 0)
      text.append(chunk, static_cast<std::size_t>(got));
    else if (errno != EINTR)
      break;
  }
  return text;
}

base base_for(sandbox_host& host, const id_map& ids) {
  auto files = host.files;
  if (host.skeletons)
    files.layers.at(0).source = value_of(host.skeletons->path_for(ids), "copy the skeleton");
  return files;
}

wire::launch_plan plan_for(sandbox_host& host, const id_map& ids, step reach) {
  wire::launch_plan plan;
  plan.map = to_plan(ids.kind);
  plan.first_id = ids.range.first;
  plan.id_count = ids.range.count;
  plan.driver = reach == maps ? wire::plan_driver::none : wire::plan_driver::kernel;
  const auto files = base_for(host, ids);
  plan.shift = files.shift ? 1 : 0;
  for (const auto& layer : files.layers)
    if (reach != maps || plan.layers.empty())
      plan.layers.push_back({layer.source, layer.target, static_cast<std::uint8_t>(layer.mode == layer_mode::read_only)});
  plan.bwrap = {"/bin/true"};
  if (reach == bwrap) {
    plan.bwrap = bwrap_command({.bwrap = host.tools.bwrap}, [](std::string_view path) { return std::filesystem::exists(path); });
    plan.bwrap.back() = "/bin/true";
  }
  plan.newuidmap = host.tools.newuidmap;
  plan.newgidmap = host.tools.newgidmap;
  return plan;
}

/// Runs the launcher until everything that it started has ended. Its report names the child that is ours to reap.
void run_payload(const sandbox_host& host, const wire::launch_plan& plan, int files_dir) {
  const auto plan_file = value_of(write_plan(plan), "write the plan");
  const unique_fd nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error{"make pipe failed"};
  const unique_fd report{ends[0]};
  unique_fd report_writer{ends[1]};
  const auto launcher =
    value_of(spawn_launcher(host.tools.launcher, {report_writer.get(), plan_file.get(), files_dir, nothing.get(), nothing.get()}),
             "start the launcher");
  report_writer.reset();
  const auto text = read_all(report);
  const auto mark = text.find(wire::child_mark);
  const auto child = mark == text.npos ? 0 : std::atoi(text.c_str() + mark + std::string_view{wire::child_mark}.size());
  int status = -1;
  siginfo_t ended{};
  ::waitid(P_PIDFD, static_cast<id_t>(launcher.get()), &ended, WEXITED);
  if (child <= 0 || ::waitpid(child, &status, 0) != child || status != 0 || ended.si_status != 0)
    throw std::runtime_error{fmt::format("a step of the launch failed ({}): {}", status, text)};
}

launched run_whole(sandbox_host& host, const session_directory& directory, const id_map& ids) {
  const auto files = base_for(host, ids);
  launch_order order;
  order.session_dir = directory.directory.get();
  order.files_dir = directory.files.get();
  order.ids = ids;
  order.driver = overlay_driver::kernel;
  order.root = &files;
  order.agent = &host.agent;
  order.tools = &host.tools;
  return value_of(launch(order), "launch");
}

void end(const launched& sandbox) {
  kill_process(sandbox.agent);
  for (const auto& child : sandbox.children) {
    siginfo_t ended{};
    ::waitid(P_PIDFD, static_cast<id_t>(child.get()), &ended, WEXITED);
  }
}

} // namespace

launch_ladder::launch_ladder(const std::string& session_root) {
  host_options options;
  options.session_root = session_root;
  options.driver = overlay_driver::kernel;
  host_ = value_of(open_sandbox_host(options), "prepare the ladder");
}

void launch_ladder::climb() {
  for (auto reach : {maps, overlays, bwrap, agent}) {
    auto ids = value_of(host_->ids.take(), "take ids");
    auto directory = value_of(host_->root.make(fmt::format("s-bench-{}", directories_++)), "make a session's directory");
    if (reach == agent) {
      launched sandbox;
      steps_[reach].add(timed([&] { sandbox = run_whole(*host_, directory, ids.map()); }));
      end(sandbox);
    } else {
      const auto plan = plan_for(*host_, ids.map(), reach);
      steps_[reach].add(timed([&] { run_payload(*host_, plan, directory.files.get()); }));
    }
    host_->discarded->discard(std::move(directory), std::move(ids), {});
  }
}

void launch_ladder::print(const series& create) const {
  fmt::print("\n**parts of create**\n\n| up to here | n | p50 µs | p99 µs | adds (p50) µs |\n|---|--:|--:|--:|--:|\n");
  double before = 0;
  const auto line = [&](const char* name, const series& took) {
    fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.0f} |\n", name, took.size(), took.percentile(0.5), took.percentile(0.99),
               took.percentile(0.5) - before);
    before = took.percentile(0.5);
  };
  for (std::size_t i = 0; i < steps_.size(); ++i)
    line(names[i], steps_[i]);
  line("+ HTTP, actors, ids and directory: POST /api/sessions", create);
}

} // namespace strata::bench
