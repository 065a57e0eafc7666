// SPDX-License-Identifier: MIT
// GET /openapi.json.
#include "protocols/http/openapi/document.hpp"
#include "protocols/http/routes.hpp"

namespace strata {

void serve_openapi(exchange& asked) {
  static const auto text = to_text(openapi_document(asked.facts.options.version)); // the same for every server of this program
  http_response document;
  document.body = text;
  asked.answer(std::move(document));
}

} // namespace strata
