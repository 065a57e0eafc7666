// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace strata {

/// One answer of a route that is no error.
struct described_answer {
  int status;
  std::string_view what;
  std::string_view schema;       ///< name of a schema; empty: text, or no body
  std::string_view content_type; ///< empty: it has no body
};

/// What the API's document says of a route beyond what the route itself knows. The test `openapi.every_route_is_described_once`
/// fails when one lacks the other.
struct described_operation {
  std::string_view method;
  std::string_view pattern;
  std::string_view id;
  std::string_view tag;
  std::string_view summary;
  std::string_view description; ///< Markdown
  std::string_view body;        ///< name of its schema; empty: none is read
  bool body_required;
  std::vector<described_answer> answers;
  std::vector<errc> errors;                        ///< beside those that every route may give
  std::string_view body_type = "application/json"; ///< else its schema is not looked at: bytes
};

std::span<const described_operation> described_operations();

/// A group of operations.
struct described_tag {
  std::string_view name;
  std::string_view what;
};
std::span<const described_tag> described_tags();

} // namespace strata
