// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "config/settings.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// How a knob's value is written, e.g. in a TOML file.
enum class value_kind { text, list, switch_, count, size, duration };

/// One thing that an operator can set, described once: parsing, --help, docs/settings.md and
/// config/strata.example.toml all come from here. In code, every value is text as a flag would give it.
struct knob {
  std::string_view section; ///< server, sandbox or log
  std::string_view name;    ///< "session_ttl"
  value_kind kind = value_kind::text;
  std::string_view fallback;   ///< the default; empty: none
  std::string_view value_name; ///< for --help: "DURATION"; of a switch: empty
  std::string allowed;         ///< what may be given, in words
  std::string_view help;       ///< one sentence without a full stop
  /// Sets the member; the error's message goes after the value: "is no duration".
  std::function<result<void>(std::string_view value, settings& into)> assign;

  [[nodiscard]] std::string key() const;      ///< in TOML: "sandbox.session_ttl"
  [[nodiscard]] std::string flag() const;     ///< "--session-ttl"
  [[nodiscard]] std::string variable() const; ///< "STRATA_SANDBOX_SESSION_TTL"
};

/// All of them, in the order in which they are shown. Immutable, hence thread safe.
const std::vector<knob>& knobs();

/// The knob of that TOML key, or null.
const knob* find_knob(std::string_view key);

} // namespace strata
