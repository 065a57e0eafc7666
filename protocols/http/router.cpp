// SPDX-License-Identifier: MIT
#include "protocols/http/router.hpp"

#include "protocols/http/target.hpp"
#include "protocols/json/utf8.hpp"

#include <algorithm>
#include <set>

namespace strata {

namespace {

/// Longer paths belong to no route; splitting stops there.
constexpr std::size_t max_segments = 16;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty() && segments.size() <= max_segments) {
    path.remove_prefix(1); // the slash
    auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](auto expected, auto got) { return is_parameter(expected) ? !got.empty() : expected == got; });
}

std::string join(const std::set<std::string_view>& methods) {
  std::string text;
  for (auto method : methods) {
    if (!text.empty())
      text += ", ";
    text += method;
  }
  return text;
}

} // namespace

std::size_t router::add(std::string_view method, std::string_view pattern) {
  routes_.push_back({method, split(pattern)});
  return routes_.size() - 1;
}

route_match router::match(std::string_view method, std::string_view path) const {
  route_match found;
  if (!path.starts_with('/'))
    return found;
  const auto segments = split(path);
  std::set<std::string_view> allowed;
  std::size_t fewest = max_segments + 1;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto& candidate = routes_[i];
    if (!fits(candidate.segments, segments))
      continue;
    allowed.insert(candidate.method);
    if (candidate.method == "GET")
      allowed.insert("HEAD");
    const bool same = candidate.method == method || (method == "HEAD" && candidate.method == "GET");
    auto parameters = static_cast<std::size_t>(std::count_if(candidate.segments.begin(), candidate.segments.end(), is_parameter));
    if (same && parameters < fewest) {
      fewest = parameters;
      found.kind = match_kind::found;
      found.route = i;
    }
  }
  if (found.kind != match_kind::found) {
    found.kind = allowed.empty() ? match_kind::no_route : match_kind::no_method;
    found.allow = join(allowed);
    return found;
  }
  const auto& pattern = routes_[found.route].segments;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i]))
      continue;
    auto decoded = percent_decode(segments[i]);
    if (!decoded || !is_utf8(*decoded)) {
      found.kind = match_kind::bad_path;
      return found;
    }
    found.parameters.push_back(std::move(*decoded));
  }
  return found;
}

} // namespace strata
