// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "protocols/http/message.hpp"
#include "protocols/server_options.hpp"

#include <string>
#include <string_view>

namespace strata {

/// The host of "name:port", "[::1]:port" or a bare one, in lower case, without brackets and a dot at its end. Empty for
/// what is no authority (RFC 3986 §3.2.2; user information is none of HTTP's).
std::string host_of(std::string_view authority);

/// `permission_denied` unless Host, and the authority of an absolute target, is a name under which this server may be
/// reached. Guards against DNS rebinding: a page's own name that was made to resolve to this server.
result<void> check_host(const http_request& request, const server_options& options);

/// Whether the page that sends this may call. None and the server's own: an empty text. One of the allowed: what
/// Access-Control-Allow-Origin must say. Others: `permission_denied`.
result<std::string> check_origin(const http_request& request, const server_options& options);

} // namespace strata
