// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/names.hpp"
#include "protocols/json/reader.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strata {

/// The resources of MCP: strata://OWNER/SESSION/files/PATH and strata://OWNER/SESSION/processes/ID/output, each part percent-encoded.
/// A PATH is absolute without its first slash; below the user's home it begins with "~".
struct resource_uri {
  session_key session;
  bool is_file = false;
  std::string name; ///< path, or id of the process
};

/// None: it is no such URI.
std::optional<resource_uri> parse_resource_uri(std::string_view uri);

std::string file_uri(const session_key& session, const std::string& path);
std::string output_uri(const session_key& session, const std::string& process);

/// A block of content that names one. `size` in bytes.
ordered_json resource_link(const std::string& uri, const std::string& name, const std::string& media_type,
                           std::optional<std::int64_t> size = {});

} // namespace strata
