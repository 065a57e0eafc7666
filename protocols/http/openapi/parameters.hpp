// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/routes.hpp"
#include "protocols/json/reader.hpp"

namespace strata {

/// The parameters of a route in path, query and header, as OpenAPI has them: those that its pattern and its list name.
ordered_json route_parameters(const http_route& route, std::string_view pattern);

} // namespace strata
