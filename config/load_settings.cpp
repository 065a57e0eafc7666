// SPDX-License-Identifier: MIT
#include "config/load_settings.hpp"

#include "config/escaped.hpp"
#include "config/scalars.hpp"
#include "config/settings_file.hpp"
#include "config/settings_variables.hpp"

#include <fmt/format.h>
#include <map>

namespace strata {

namespace {

/// Where each knob's value came from; none for defaults.
using origins = std::map<const knob*, std::string>;

result<void> assign(const given_value& given, settings& into) {
  const auto done = given.which->assign(given.value, into);
  if (!done)
    return error{errc::invalid_argument,
                 fmt::format("read setting {} from {}: {} {} (allowed: {})", given.which->key(), given.origin,
                             in_quotes(given.value), done.error().message, given.which->allowed)};
  return {};
}

result<void> assign_all(const std::vector<given_value>& values, settings& into, origins& from) {
  for (const auto& each : values) {
    STRATA_CHECK(assign(each, into));
    from[each.which] = each.origin;
  }
  return {};
}

/// isolate_network is the first Strata's word for network; the two may not disagree.
result<void> settle_network(loaded_settings& loaded, const origins& from) {
  auto& values = loaded.values;
  if (values.isolate_network) {
    const auto* const network = find_knob("sandbox.network");
    const auto* const isolate = find_knob("sandbox.isolate_network");
    const std::string meant = *values.isolate_network ? "none" : "host";
    if (from.contains(network) && values.network != meant)
      return error{errc::invalid_argument,
                   fmt::format("read setting {} from {}: {} contradicts {} = \"{}\" from {} (leave {} out)", isolate->key(),
                               from.at(isolate), *values.isolate_network, network->key(), values.network, from.at(network),
                               isolate->key())};
    values.network = meant;
    if (!*values.isolate_network)
      loaded.warnings.push_back(fmt::format("sessions share the host's network ({} is false)", from.at(isolate)));
  }
  values.allow_host_network = values.allow_host_network || values.network == "host";
  return {};
}

result<void> settle_sizes(const settings& values) {
  if (values.max_buffered_bytes < values.max_body_bytes)
    return error{errc::invalid_argument,
                 fmt::format("check settings: server.max_buffered_bytes ({}) is below server.max_body_bytes ({})",
                             size_text(values.max_buffered_bytes), size_text(values.max_body_bytes))};
  return {};
}

} // namespace

result<loaded_settings> load_settings(const settings_sources& sources) {
  loaded_settings loaded{default_settings(), {}, {}};
  origins from;
  STRATA_TRY(auto variables, read_settings_variables(sources.environment));
  loaded.warnings = std::move(variables.warnings);

  auto path = sources.config_file.empty() ? variables.config_file : sources.config_file;
  const bool by_default = path.empty();
  if (by_default)
    path = sources.default_file;
  STRATA_TRY(const auto written, read_settings_file(path, by_default));
  if (written) {
    loaded.file = path;
    STRATA_CHECK(assign_all(*written, loaded.values, from));
  }
  STRATA_CHECK(assign_all(variables.values, loaded.values, from));
  STRATA_CHECK(assign_all(sources.flags, loaded.values, from));
  STRATA_CHECK(settle_network(loaded, from));
  STRATA_CHECK(settle_sizes(loaded.values));
  return loaded;
}

settings default_settings() {
  settings values;
  for (const auto& each : knobs())
    if (!each.fallback.empty())
      assign({&each, std::string{each.fallback}, "its default"}, values).value();
  return values;
}

} // namespace strata
