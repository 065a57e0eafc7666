// SPDX-License-Identifier: MIT
#include "cli/operator/run.hpp"

#include "actors/actor_runtime.hpp"
#include "cli/command_line.hpp"
#include "cli/operator/access_log.hpp"
#include "cli/operator/io_threads.hpp"
#include "cli/operator/last_resort.hpp"
#include "cli/operator/open_files.hpp"
#include "cli/operator/orderly_stop.hpp"
#include "cli/operator/port_file.hpp"
#include "cli/operator/server_setup.hpp"
#include "cli/operator/stop_signals.hpp"
#include "config/log.hpp"
#include "isolation/bwrap_launcher.hpp"
#include "protocols/server.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <unistd.h>

namespace strata {

namespace {

using namespace std::chrono_literals;

/// For a last answer, once every session is closed.
constexpr auto connection_linger = 5s;
/// What an orderly stop may take beyond its own deadlines before the process just ends.
constexpr auto stop_slack = 10s;

/// The log is open while this lives.
struct open_log {
  explicit open_log(log_level least) { log::start(least, line_writer::to_stderr()); }
  ~open_log() { log::stop(); }
  open_log(const open_log&) = delete;
  open_log& operator=(const open_log&) = delete;
};

unsigned io_thread_count() { return std::max(2U, std::thread::hardware_concurrency()); }

void log_start(const loaded_settings& loaded, std::uint64_t open_files) {
  log::info("server.starting", {{"version", version_text()},
                                {"pid", ::getpid()},
                                {"uid", ::geteuid()},
                                {"session_root", loaded.values.session_root},
                                {"open_files", open_files}});
  if (!loaded.file.empty())
    log::info("settings.file", {{"path", loaded.file}});
  for (const auto& warning : loaded.warnings)
    log::warn("settings.warning", {{"text", warning}});
  for (const auto& measure : loaded.values.weaken)
    log::warn("containment.weakened", {{"without", measure}});
  if (loaded.values.seccomp == "off")
    log::warn("containment.weakened", {{"without", "seccomp"}});
}

void tell_addresses(const std::vector<listen_address>& addresses) {
  for (const auto& [host, port] : addresses) {
    const socket_address address{host, port};
    log::info("server.listening", {{"address", to_string(address)}});
    if (!is_loopback(address))
      log::warn("server.open_to_anyone", {{"address", to_string(address)}});
    if (::isatty(STDERR_FILENO) == 1)
      std::cerr << "strata: listening on http://" << to_string(address) << " (Ctrl-C stops it)\n";
  }
}

void log_launch(const sandbox_spec& spec, const launch_times& times) {
  const auto milliseconds = [](std::chrono::microseconds part) {
    return fmt::format("{:.3f}", static_cast<double>(part.count()) / 1000);
  };
  log::debug("sandbox.ready", {{"owner", spec.owner_id},
                               {"session", spec.session_id},
                               {"uid", spec.uid},
                               {"queued_ms", milliseconds(times.queued)},
                               {"directory_ms", milliseconds(times.directory)},
                               {"launch_ms", milliseconds(times.launch)}});
}

result<std::unique_ptr<sandbox_host>> open_host(const settings& values) {
  auto options = host_options_of(values);
  options.problem = [](const std::string& text) { log::warn("host.problem", {{"text", text}}); };
  const auto began = std::chrono::steady_clock::now();
  STRATA_TRY(auto host, open_sandbox_host(options));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  log::info("host.ready", {{"base", host->files.name},
                           {"driver", to_string(host->driver)},
                           {"driver_reason", host->driver_reason},
                           {"ids", host->ids.describe()},
                           {"took_ms", took.count()}});
  const auto means = limit_means_of(*host);
  for (const auto& [what, by] : {std::pair{"memory", &means.memory}, {"pids", &means.pids}, {"cpu", &means.cpu}})
    by->empty() ? log::warn("limits.missing", {{"limit", what}, {"see", "strata check"}})
                : log::info("limits.enforced", {{"limit", what}, {"by", *by}});
  return host;
}

} // namespace

result<int> run_server(const loaded_settings& loaded) {
  const auto& values = loaded.values;
  STRATA_TRY(const auto addresses, resolve_addresses(values.addr, values.allow_anonymous));
  last_resort rope; // before the logs: their end waits for whoever reads them
  STRATA_TRY(const auto access, open_access_log(values.access_log));
  const open_log lines{values.least_level};
  log_start(loaded, raise_open_files());

  // What is used comes before its users.
  boost::asio::io_context control{1};
  stop_signals signals{control};
  boost::asio::io_context io;
  STRATA_TRY(const auto host, open_host(values));
  bwrap_launcher launcher{io, *host, log_launch};
  auto actors = std::make_unique<actor_runtime>(runtime_options_of(values, host->files.name, limit_means_of(*host)), launcher);
  auto options = server_options_of(values, addresses, host->files.name, to_string(host->driver));
  options.on_problem = [](std::string_view what, std::vector<log_fact> facts) {
    facts.emplace(facts.begin(), "what", what);
    log::warn("server.problem", facts);
  };
  if (access)
    options.on_access = [&access](const access_record& answered) {
      access->write(access_line(std::chrono::system_clock::now(), answered));
    };
  STRATA_TRY(auto server, http_server::start(io, actors->door(), std::move(options)));
  STRATA_TRY(auto port, port_file::write(values.port_file, server->addresses().front().port));

  bool in_order = false;
  orderly_stop stop{control,
                    {
                      .announce = [&] { server->set_draining(true); },
                      .drain = [&](auto grace, auto drained) { actors->drain(grace, std::move(drained)); },
                      .close_connections = [&](auto finished) { server->stop(std::move(finished)); },
                      .abort_connections = [&] { server->abort(); },
                      .done =
                        [&](bool well) {
                          in_order = well;
                          control.stop();
                        },
                    },
                    {values.drain_grace, values.drain_timeout, connection_linger}};
  signals.listen([&](const std::string& name) {
    rope.end_process_in(stop.longest() + stop_slack);
    stop.request(name);
  });

  std::optional<io_threads> threads{std::in_place, io, io_thread_count()};
  tell_addresses(server->addresses());
  control.run();

  // The server ends while nobody runs its io_context; the actors' end still needs it, to close what a hurried stop left.
  threads.reset();
  server.reset();
  threads.emplace(io, io_thread_count());
  actors.reset();
  const bool all_done = threads->finish(2s);
  if (in_order && all_done && host->skeletons)
    host->skeletons->remove(); // they belong to ids as which this user cannot simply delete them
  log::info("server.stopped", {{"in_order", in_order && all_done}});
  if (!all_done) {
    // Its handlers may hold sandboxes that must not outlive the host: no destructor is right any more. The next start clears up.
    port_file{std::move(port)};
    log::stop();
    std::_Exit(1);
  }
  return in_order ? 0 : 1;
}

command run_command() {
  return {
    .words = {"run"},
    .aliases = {"web", "serve"},
    .summary = "start the server",
    .takes_settings = true,
    .run = [](const invocation& given) -> result<int> {
      STRATA_TRY(const auto loaded, load_settings(given.sources));
      return run_server(loaded);
    },
  };
}

} // namespace strata
