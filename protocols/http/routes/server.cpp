// SPDX-License-Identifier: MIT
// The server itself: stats, health, readiness, version, capabilities.
#include "protocols/http/routes.hpp"

namespace strata {

namespace {

ordered_json operation_names() {
  auto names = ordered_json::array();
  [&]<class... Operation>(std::tuple<Operation...>*) {
    (names.push_back(Operation::name), ...);
  }(static_cast<operations*>(nullptr));
  return names;
}

} // namespace

void serve_stats(exchange& asked) {
  asked.call(get_stats{}, [](exchange& to, const server_stats& stats) {
    to.answer(ordered_json{
      {"active_sessions", stats.active_sessions}, {"max_sessions", stats.max_sessions}, {"draining", stats.draining}});
  });
}

void serve_health(exchange& asked) { asked.answer(ordered_json{{"status", "ok"}}); }

void serve_readiness(exchange& asked) {
  if (asked.facts.draining)
    return asked.fail(error{errc::draining, "server is stopping"});
  asked.answer(ordered_json{{"status", "ready"}});
}

void serve_version(exchange& asked) { asked.answer(ordered_json{{"name", "strata"}, {"version", asked.facts.options.version}}); }

void serve_capabilities(exchange& asked) {
  const auto& options = asked.facts.options;
  ordered_json bounds{
    {"header_bytes", options.header_limit},
    {"body_bytes", options.body_limit},
    {"connections", options.max_connections},
    {"header_timeout_ms", options.header_timeout.count()},
    {"body_timeout_ms", options.body_timeout.count()},
    {"idle_timeout_ms", options.idle_timeout.count()},
  };
  for (const auto& [name, value] : options.capabilities)
    std::visit([&, &key = name](const auto& fact) { bounds[key] = fact; }, value);
  asked.answer(ordered_json{{"version", options.version},
                            {"protocols", {"http", "websocket", "grpc", "mcp"}},
                            {"operations", operation_names()},
                            {"bounds", std::move(bounds)}});
}

} // namespace strata
