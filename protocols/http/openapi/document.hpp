// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/reader.hpp"

#include <string_view>

namespace strata {

/// What the server serves over HTTP, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0): made from the routes, the
/// members that the decoders read, the error table, and descriptions. `version` is the server's.
ordered_json openapi_document(std::string_view version);

} // namespace strata
