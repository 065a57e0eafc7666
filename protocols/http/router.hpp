// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

/// What stood in the place of a route's {names}, decoded once, in the order of the pattern.
using path_parameters = std::vector<std::string>;

enum class match_kind {
  found,
  no_route,  ///< 404
  no_method, ///< 405; `allow` says what there is
  bad_path,  ///< 400: a broken escape, or a parameter that is no UTF-8
};

struct route_match {
  match_kind kind = match_kind::no_route;
  std::size_t route = 0; ///< index of the route that was added
  path_parameters parameters;
  std::string allow; ///< "GET, HEAD, POST"
};

/// Finds the route of a method and a path. A pattern is text whose segments are literal or "{name}"; a parameter is one
/// segment that is not empty, and a %2F in it belongs to it. Literal segments win over parameters. A slash at the end
/// matters. HEAD is answered by GET's route. Not changed after it was filled, so safe from any thread.
class router {
public:
  /// `pattern` must outlive the router (a literal). Returns the route's index.
  std::size_t add(std::string_view method, std::string_view pattern);

  [[nodiscard]] route_match match(std::string_view method, std::string_view path) const;

private:
  struct route {
    std::string_view method;
    std::vector<std::string_view> segments;
  };
  std::vector<route> routes_;
};

} // namespace strata
