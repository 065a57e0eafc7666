// SPDX-License-Identifier: MIT
#include "config/settings_docs.hpp"

#include "config/knob.hpp"
#include "config/scalars.hpp"
#include "config/wrapped.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

constexpr std::string_view markdown_head = R"(# Settings

<!-- Made by `strata help --settings-markdown`; a test compares the two. Change config/knobs.cpp instead. -->

Every setting can be given as a flag of `strata run` and `strata check`, as an environment variable or in a TOML file.
The strongest wins: flags, then environment, then file, then default. A value that is overridden is checked as well.

- The file is `--config FILE`, else `STRATA_CONFIG`, else `/etc/strata/strata.toml` if that exists
  (`config/strata.example.toml` has every setting).
- An unknown setting, an unknown variable that begins with `STRATA_SERVER_`, `STRATA_SANDBOX_` or `STRATA_LOG_`, a
  malformed value or two settings that contradict each other stop the start with an error that says where and what is allowed.
- An empty environment variable counts as not set. Names without the prefix (`ADDR`, `SESSION_ROOT`) are not read.
- Durations are written as in Go: `500ms`, `1.5s`, `30m`, `1h30m`, `0`; units ns, us, ms, s, m, h. Switches take `true`,
  `false`, `1`, `0`, `t`, `f` (as Go's ParseBool); as a flag, `--allow-anonymous` alone means true. Sizes are bytes or
  a number with `KiB`, `MiB` or `GiB`. A list has commas between its items, in TOML it is an array of texts.
- The first Strata's variables keep their names and meaning, but `STRATA_SANDBOX_ISOLATE_NETWORK` is true unless set
  and `STRATA_SANDBOX_OVERLAY_DRIVER` is `auto` unless set.
- In Kubernetes a service named `strata-server` or `strata-sandbox` would put variables such as `STRATA_SERVER_PORT` into
  every pod: set `enableServiceLinks: false` there.

The log goes to standard error, one event with its facts per line:
`2026-11-23T20:11:55.123Z info server.listening address=127.0.0.1:2280`. Values with anything but visible ASCII are quoted
and escaped. Log and access log never hold up the server: when their reader is too slow, lines are lost and a line says how many.

`strata run` stops in order on SIGTERM, SIGINT and SIGHUP (unless it was ignored, as by nohup): no new work, `drain_grace` for
running commands, then every session is closed. A second signal ends commands and connections at once. Exit codes of
`strata`: 0 done (and, for `check`, this host can run it); 1 anything else, a mistake on the command line included.
)";

constexpr std::string_view example_head =
  R"(# Strata's settings, each with its default. A flag or an environment variable wins over this file.
# Made by `strata help --settings-toml`. See docs/settings.md.
)";

std::string_view title(std::string_view section) {
  return section == "server" ? "Server" : section == "sandbox" ? "Sandboxes" : "Log";
}

std::string in_toml(const knob& each) {
  const std::string value{each.fallback};
  if (each.kind == value_kind::switch_ || each.kind == value_kind::count)
    return value.empty() ? "true" : value; // only isolate_network has no default
  if (each.kind != value_kind::list)
    return fmt::format("\"{}\"", value);
  std::string items;
  for (const auto& item : parse_list(value).value())
    items += fmt::format("{}\"{}\"", items.empty() ? "" : ", ", item);
  return fmt::format("[{}]", items);
}

/// For a cell of a table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

std::string sentence(std::string_view words) {
  std::string text{words};
  text[0] = text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
  return text + ".";
}

} // namespace

std::string settings_markdown() {
  std::string text{markdown_head};
  std::string_view section;
  for (const auto& each : knobs()) {
    if (each.section != section) {
      section = each.section;
      text += fmt::format("\n## {}\n\n| flag, variable, TOML | default | meaning |\n|---|---|---|\n", title(section));
    }
    const auto fallback = each.fallback.empty() ? std::string{"not set"} : fmt::format("`{}`", each.fallback);
    text += fmt::format("| `{}`<br>`{}`<br>`{}` | {} | {} Allowed: {}. |\n", each.flag(), each.variable(), each.key(), fallback,
                        cell(sentence(each.help)), cell(each.allowed));
  }
  return text;
}

std::string settings_example() {
  std::string text{example_head};
  std::string_view section;
  for (const auto& each : knobs()) {
    if (each.section != section) {
      section = each.section;
      text += fmt::format("\n[{}]\n", section);
    }
    text += fmt::format("\n# {}\n# {}\n#{} = {}\n", wrapped(sentence(each.help), 98, "# "),
                        wrapped(sentence("allowed: " + each.allowed), 98, "# "), each.name, in_toml(each));
  }
  return text;
}

} // namespace strata
