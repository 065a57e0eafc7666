// SPDX-License-Identifier: MIT
#include "protocols/mcp/resource_uri.hpp"

#include "protocols/http/target.hpp"

namespace strata {

namespace {

constexpr std::string_view scheme = "strata://";

/// The part up to the next slash, decoded; it and the slash are taken away.
std::optional<std::string> take_part(std::string_view& from) {
  const auto slash = from.find('/');
  if (slash == from.npos || slash == 0)
    return std::nullopt;
  auto part = percent_decode(from.substr(0, slash));
  from.remove_prefix(slash + 1);
  return part;
}

std::string of_session(const session_key& session) {
  return std::string{scheme} + percent_encode(session.owner_id) + '/' + percent_encode(session.session_id);
}

} // namespace

std::optional<resource_uri> parse_resource_uri(std::string_view uri) {
  if (!uri.starts_with(scheme))
    return std::nullopt;
  uri.remove_prefix(scheme.size());
  auto owner = take_part(uri), session = take_part(uri), what = take_part(uri);
  if (!owner || !session || !what)
    return std::nullopt;
  resource_uri named{{std::move(*owner), std::move(*session)}, *what == "files", {}};
  if (!named.is_file) {
    auto id = take_part(uri);
    if (*what != "processes" || !id || uri != "output")
      return std::nullopt;
    named.name = std::move(*id);
    return named;
  }
  auto path = percent_decode(uri);
  if (!path)
    return std::nullopt;
  named.name = *path == "~" || path->starts_with("~/") ? std::move(*path) : '/' + *path;
  return named;
}

std::string file_uri(const session_key& session, const std::string& path) {
  auto uri = of_session(session) + "/files/";
  const std::string whole = path.starts_with('/') ? path.substr(1) : path == "~" || path.starts_with("~/") ? path : "~/" + path;
  for (std::size_t at = 0; at <= whole.size();) {
    const auto slash = std::min(whole.find('/', at), whole.size());
    uri += percent_encode(whole.substr(at, slash - at)) + (slash < whole.size() ? "/" : "");
    at = slash + 1;
  }
  return uri;
}

std::string output_uri(const session_key& session, const std::string& process) {
  return of_session(session) + "/processes/" + percent_encode(process) + "/output";
}

ordered_json resource_link(const std::string& uri, const std::string& name, const std::string& media_type,
                           std::optional<std::int64_t> size) {
  ordered_json link{{"type", "resource_link"}, {"uri", uri}, {"name", name}, {"mimeType", media_type}};
  if (size)
    link["size"] = *size;
  return link;
}

} // namespace strata
