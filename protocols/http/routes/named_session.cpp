// SPDX-License-Identifier: MIT
// Which session a request names: by path, headers, ?expect_uid= and, for an exec, its body.
#include "actors/session_ids.hpp"
#include "protocols/http/query.hpp"
#include "protocols/http/routes.hpp"

#include <fmt/format.h>

namespace strata {

namespace {

/// Headers may name it as well, and then it must have that name; half a name says nothing.
result<session_ref> session_by_uid(const exchange& asked) {
  session_ref session{{}, asked.path[1]};
  if (!is_uid(session.expect_uid))
    return error{errc::invalid_argument,
                 "uid: expected 20 characters of [a-z0-9] as the server made them (an owner named @ is written %40)",
                 {{"field", "uid"}}};
  STRATA_TRY(session.key, identify({}, asked.request, identity_rule::headers_win));
  const auto& [owner, name] = session.key;
  if (owner.empty() != name.empty())
    return error{errc::identity_mismatch,
                 "header x-owner-id and x-session-id: beside a uid both or none name the session",
                 {{"field", owner.empty() ? "owner_id" : "session_id"}}};
  if (!owner.empty())
    STRATA_CHECK(check_key(session.key));
  return session;
}

result<session_ref> session_by_key(const exchange& asked) {
  session_ref session;
  if (asked.path.size() >= 2)
    session.key = {asked.path[0], asked.path[1]};
  STRATA_TRY(session.key, identify(std::move(session.key), asked.request, asked.identity));
  STRATA_CHECK(check_key(session.key));
  return session;
}

} // namespace

result<session_ref> session_of(const exchange& asked) {
  STRATA_TRY(auto session, asked.by_uid ? session_by_uid(asked) : session_by_key(asked));
  if (const auto* uid = find_parameter(asked.query, "expect_uid"))
    STRATA_CHECK(expect_uid(session, *uid));
  return session;
}

result<void> expect_uid(session_ref& session, const std::string& uid) {
  if (uid.empty()) // of a variable that is not set, say: the session of that name may be another one by now
    return error{errc::invalid_argument, "expect_uid is empty", {{"field", "expect_uid"}}};
  if (!session.expect_uid.empty() && session.expect_uid != uid)
    return error{
      errc::identity_mismatch, "expect_uid names another session than the request does elsewhere", {{"field", "expect_uid"}}};
  session.expect_uid = uid;
  return {};
}

std::string place_of(const session_ref& session) {
  const auto& [owner, name] = session.key;
  if (owner.empty())
    return "/api/sessions/@/" + session.expect_uid;
  return fmt::format("/api/sessions/{}/{}", percent_encode(owner), percent_encode(name));
}

} // namespace strata
