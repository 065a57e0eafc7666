// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool.hpp"

namespace strata {

/// What the official conformance suite (@modelcontextprotocol/conformance) wants of a server under test and no user of Strata
/// does: tools, prompts and resources that answer with fixed texts. They exist with --mcp-conformance only and reach no session.

std::span<const tool> fixture_tools();

/// Serves resources/*, prompts/*, completion/complete and logging/setLevel. False: the method is none of these.
bool serve_fixture(const std::shared_ptr<mcp_reply>& reply);

/// Adds what these are to the server's capabilities.
void add_fixture_capabilities(ordered_json& capabilities, bool modern);

/// Contents that tools, prompts and resources share.
ordered_json fixture_text(std::string_view text);
ordered_json fixture_image();
ordered_json fixture_resource(std::string_view uri, std::string_view mime_type, std::string_view text);
/// A PNG of one red pixel, base64.
inline constexpr auto fixture_png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

} // namespace strata
