// SPDX-License-Identifier: MIT
// clang-format off
#include "config/knob_kinds.hpp"
#include "config/scalars.hpp"
#include "config/value_checks.hpp"

#include <algorithm>

namespace strata {

namespace {

using namespace std::chrono_literals;
using s = settings;

constexpr auto year = 8760h;

/// What a member's type or rule makes unlike the others.
knob address_knob() {
  return {"server", "addr", value_kind::list, ":2280", "HOST:PORT[,...]",
          "HOST:PORT, [IPV6]:PORT or :PORT; several with commas",
          "addresses to listen on; :PORT means loopback, IPv4 and IPv6, and port 0 lets the kernel choose; another address "
          "than loopback needs allow_anonymous",
          [](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(const auto words, parse_list(value));
            if (words.empty())
              return error{errc::invalid_argument, "names no address"};
            into.addr.clear();
            for (const auto& word : words) {
              STRATA_TRY(auto address, parse_socket_address(word));
              into.addr.push_back(std::move(address));
            }
            return {};
          }};
}

knob isolate_network_knob() {
  return {"sandbox", "isolate_network", value_kind::switch_, "", "", "true or false",
          "older name of network: true means none, false means host and is warned about; must agree with network when both "
          "are given",
          [](std::string_view value, settings& into) -> result<void> {
            STRATA_TRY(into.isolate_network, parse_switch(value));
            return {};
          }};
}

knob log_level_knob() {
  return {"log", "level", value_kind::text, "info", "LEVEL", "debug, info, warn or error",
          "the least level that is logged",
          [](std::string_view value, settings& into) -> result<void> {
            const auto found = std::find(log_level_names.begin(), log_level_names.end(), value);
            if (found == log_level_names.end())
              return error{errc::invalid_argument, "is unknown"};
            into.least_level = static_cast<log_level>(found - log_level_names.begin());
            return {};
          }};
}

std::vector<knob> make_knobs() {
  return {
    address_knob(),
    switch_knob({"server", "allow_anonymous"}, "false", &s::allow_anonymous,
                "let everybody who reaches the server run commands; without it the server listens on loopback only"),
    text_knob({"server", "access_log"}, "", &s::access_log, "FILE", "a file, - for standard output, or nothing for no access log",
              check_path_or_nothing, "write a line per answered request there; a file is appended to"),
    text_knob({"server", "port_file"}, "", &s::port_file, "FILE", "a file, or nothing", check_path_or_nothing,
              "write the port of the first address there once the server listens; the file appears whole and is removed at "
              "the end"),
    count_knob({"server", "max_connections"}, "1024", &s::max_connections, 1, 1'000'000,
               "connections at one time; further ones are answered 503"),
    count_knob({"server", "backlog"}, "1024", &s::backlog, 1, 65'535,
               "connections that may wait to be accepted; the kernel caps it at net.core.somaxconn"),
    size_knob({"server", "max_header_bytes"}, "16KiB", &s::max_header_bytes, 1 << 10, 1 << 20,
              "request line and header fields of one request; beyond it the answer is 431"),
    size_knob({"server", "max_body_bytes"}, "8MiB", &s::max_body_bytes, 1 << 10, 1 << 30,
              "body of one request; beyond it the answer is 413"),
    size_knob({"server", "max_buffered_bytes"}, "256MiB", &s::max_buffered_bytes, 1 << 20, std::uint64_t{1} << 36,
              "bodies of all requests at one time; beyond it the answer is 503; not below max_body_bytes"),
    duration_knob({"server", "header_timeout"}, "10s", &s::header_timeout, 1ms, 1h, false,
                  "time for a request's header from its first byte; then the answer is 408"),
    duration_knob({"server", "body_timeout"}, "1m", &s::body_timeout, 1ms, 24h, false,
                  "time for a request's body; then the answer is 408"),
    duration_knob({"server", "idle_timeout"}, "75s", &s::idle_timeout, 1ms, 24h, false,
                  "time between two requests before a connection is closed"),
    duration_knob({"server", "write_timeout"}, "1m", &s::write_timeout, 1ms, 24h, false,
                  "time without progress of an answer before its connection is reset"),
    list_knob({"server", "allowed_hosts"}, "", &s::allowed_hosts, "NAME[,...]", "host names with commas, or * for any",
              check_host_name,
              "names under which browsers may reach the server, beside localhost, *.localhost and IP addresses"),
    list_knob({"server", "allowed_origins"}, "", &s::allowed_origins, "ORIGIN[,...]",
              "origins such as https://ui.example.org with commas, or * for any", check_origin,
              "web pages that may call the server, beside its own"),
    switch_knob({"server", "mcp_conformance"}, "false", &s::mcp_conformance,
                "serve the tools, prompts and resources that the MCP conformance suite tries a server with; for tests only"),
    duration_knob({"server", "drain_grace"}, "5s", &s::drain_grace, 1ms, 24h, true,
                  "time that running commands get to end when the server is told to stop"),
    duration_knob({"server", "drain_timeout"}, "30s", &s::drain_timeout, 1ms, 24h, false,
                  "time after the grace for closing sessions and removing their files; then the server gives up and exits with 1"),

    text_knob({"sandbox", "base_rootfs"}, "", &s::base_rootfs, "DIR", "an absolute path, or nothing",
              check_absolute_path_or_nothing,
              "directory with a root file system to build sessions on (see strata base create); nothing: built from the host"),
    text_knob({"sandbox", "session_root"}, "/tmp/strata/sessions", &s::session_root, "DIR", "an absolute path", check_absolute_path,
              "directory for the sessions' files; made with mode 0700; one server at a time"),
    duration_knob({"sandbox", "session_ttl"}, "30m", &s::session_ttl, 1ms, year, true,
                  "idle time before a session is closed; 0: never"),
    count_knob({"sandbox", "max_sessions"}, "100", &s::max_sessions, 1, 1'000'000, "sessions at one time"),
    count_knob({"sandbox", "max_sessions_per_owner"}, "0", &s::max_sessions_per_owner, 0, 1'000'000,
               "sessions of one owner at one time; 0: only max_sessions holds"),
    word_knob({"sandbox", "network"}, "none", &s::network, {"none", "host"}, "none|host",
              "network of a session that does not ask for one: its own with loopback only, or the host's"),
    isolate_network_knob(),
    switch_knob({"sandbox", "allow_host_network"}, "false", &s::allow_host_network,
                "let a session ask for the host's network; implied by network = host"),
    word_knob({"sandbox", "overlay_driver"}, "auto", &s::overlay_driver, {"auto", "kernel", "fuse", "none"}, "DRIVER",
              "how a session's writable layer is made; auto: kernel, else fuse"),
    text_knob({"sandbox", "id_pool"}, "auto", &s::id_pool, "auto|FIRST-LAST", "auto, or FIRST-LAST with at least 65536 ids",
              check_id_pool, "host ids that sessions' users are mapped to, 65536 for each session"),
    word_knob({"sandbox", "seccomp"}, "default", &s::seccomp, {"default", "strict", "off"}, "PROFILE",
              "system calls left to a session; default: all but those that reach the kernel's configuration, other namespaces or "
              "rarely tried code; strict: only those of ordinary programs, so neither debuggers nor chroot"),
    list_knob({"sandbox", "weaken"}, "", &s::weaken, "MEASURE[,...]",
              "measures with commas: user_namespaces, capabilities, proc_masks, empty_sys, agent_guard, tmpfs_sizes, landlock",
              check_measure, "protections to leave out, to try what they are worth; never in use"),
    size_knob({"sandbox", "memory"}, "2GiB", &s::memory, 0, std::uint64_t{1} << 44,
              "memory of a session that does not ask for less, its files in /tmp, /run and /dev/shm included; 0: no limit"),
    size_knob({"sandbox", "max_memory"}, "0", &s::max_memory, 0, std::uint64_t{1} << 44,
              "the most memory that a session may ask for; 0: as memory"),
    count_knob({"sandbox", "pids"}, "1024", &s::pids, 0, 4'000'000,
               "processes and threads of a session at one time; 0: no limit"),
    count_knob({"sandbox", "max_pids"}, "0", &s::max_pids, 0, 4'000'000, "the most that a session may ask for; 0: as pids"),
    count_knob({"sandbox", "cpu_millis"}, "0", &s::cpu_millis, 0, 10'000'000,
               "processor time of a session, in thousandths of one core; 0: an equal share of what is free"),
    count_knob({"sandbox", "max_cpu_millis"}, "0", &s::max_cpu_millis, 0, 10'000'000,
               "the most that a session may ask for; 0: as cpu_millis"),
    count_knob({"sandbox", "open_files"}, "65536", &s::open_files, 16, 1'048'576,
               "descriptors that each process of a session may raise its limit to"),
    count_knob({"sandbox", "max_open_files"}, "0", &s::max_open_files, 0, 1'048'576,
               "the most that a session may ask for; 0: as open_files"),
    switch_knob({"sandbox", "require_limits"}, "false", &s::require_limits,
                "refuse to start where memory, pids and processor time of a session cannot all be limited"),
    duration_knob({"sandbox", "create_timeout"}, "1m", &s::create_timeout, 1ms, 1h, false,
                  "time for a sandbox to get ready before its creation has failed"),
    count_knob({"sandbox", "max_shells"}, "32", &s::max_shells, 1, 10'000, "named command shells of one session"),
    count_knob({"sandbox", "max_fresh_execs"}, "64", &s::max_fresh_execs, 1, 10'000,
               "commands of one session outside its shells, running at one time"),
    count_knob({"sandbox", "max_queued_calls"}, "256", &s::max_queued_calls, 1, 100'000,
               "calls of one session waiting for its creation or its shells"),

    log_level_knob(),
  };
}

std::string replaced(std::string_view text, char from, char to) {
  std::string out{text};
  std::replace(out.begin(), out.end(), from, to);
  return out;
}

std::string upper(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

} // namespace

std::string knob::key() const {
  return std::string{section} + "." + std::string{name};
}

std::string knob::flag() const {
  return (section == "log" ? "--log-" : "--") + replaced(name, '_', '-');
}

std::string knob::variable() const {
  return "STRATA_" + upper(section) + "_" + upper(name);
}

const std::vector<knob>& knobs() {
  static const std::vector<knob> all = make_knobs();
  return all;
}

const knob* find_knob(std::string_view key) {
  const auto found = std::find_if(knobs().begin(), knobs().end(), [&](const knob& each) { return each.key() == key; });
  return found == knobs().end() ? nullptr : &*found;
}

} // namespace strata
