// SPDX-License-Identifier: MIT
#include "protocols/http/identity.hpp"

#include "protocols/json/utf8.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

result<void> join(std::string& id, std::string_view header, std::string_view field, const http_request& request,
                  identity_rule rule) {
  if (request.count(header) > 1)
    return error{
      errc::invalid_argument, fmt::format("header {} is given more than once", header), {{"field", std::string{field}}}};
  auto value = request.header(header);
  if (value.empty())
    return {};
  if (!is_utf8(value))
    return error{errc::invalid_argument, fmt::format("header {} is not UTF-8", header), {{"field", std::string{field}}}};
  if (rule == identity_rule::headers_agree && value != id)
    return error{errc::identity_mismatch,
                 fmt::format("header {} names another session than the path", header),
                 {{"field", std::string{field}}}};
  id = value;
  return {};
}

} // namespace

result<session_key> identify(session_key given, const http_request& request, identity_rule rule) {
  STRATA_CHECK(join(given.owner_id, "x-owner-id", "owner_id", request, rule));
  STRATA_CHECK(join(given.session_id, "x-session-id", "session_id", request, rule));
  return given;
}

} // namespace strata
