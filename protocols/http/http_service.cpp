// SPDX-License-Identifier: MIT
#include "protocols/http/http_service.hpp"

#include "protocols/http/error_response.hpp"
#include "protocols/http/origin_policy.hpp"
#include "protocols/http/query.hpp"
#include "protocols/http/request_context.hpp"
#include "protocols/http/routes.hpp"

namespace strata {

namespace {

error_context context_of_error(const exchange& asked) { return {asked.request.header("accept"), asked.context.request_id}; }

void refuse(exchange& asked, const error& failure) { asked.refusal = error_response(failure, context_of_error(asked)); }

/// A route of the seed that takes no parameters does not look at them at all.
result<query_list> read_parameters(const http_route& route, std::string_view query) {
  const bool of_the_seed = route.identity == identity_rule::headers_win;
  if (of_the_seed && route.parameters.size() == 0)
    return query_list{};
  STRATA_TRY(auto parameters, parse_query(query));
  if (!of_the_seed)
    STRATA_CHECK(check_parameters(parameters, route.parameters));
  return parameters;
}

} // namespace

http_service::http_service(const server_facts& facts) : facts_{facts} {
  for (const auto& route : all_routes())
    router_.add(route.method, route.pattern);
  for (std::size_t i = 0; i < all_routes().size(); ++i)
    if (auto pattern = pattern_by_uid(all_routes()[i]); !pattern.empty()) {
      router_.add(all_routes()[i].method, uid_patterns_.emplace_back(std::move(pattern)));
      uid_routes_.push_back(i);
    }
}

std::shared_ptr<exchange> http_service::open(http_request head, connection_strand where, exchange::receiver done) const {
  auto asked = std::make_shared<exchange>(std::move(head), facts_, std::move(where), std::move(done));
  asked->context.request_id = request_id_of(asked->request);
  asked->answer_headers.emplace_back("X-Request-Id", asked->context.request_id);
  judge(*asked);
  return asked;
}

void http_service::judge(exchange& asked) const {
  const auto& request = asked.request;
  if (auto host = check_host(request, facts_.options); !host)
    return refuse(asked, host.error());
  auto origin = check_origin(request, facts_.options);
  if (!origin)
    return refuse(asked, origin.error());
  if (!origin->empty()) {
    asked.answer_headers.emplace_back("Access-Control-Allow-Origin", *origin);
    asked.answer_headers.emplace_back("Access-Control-Expose-Headers",
                                      "Content-Range, ETag, Location, Retry-After, X-Request-Id");
    asked.answer_headers.emplace_back("Vary", "Origin");
  }
  const auto target = split_target(request.target);
  auto match = router_.match(request.method, target.path);
  if (match.kind == match_kind::no_method && request.method == "OPTIONS" && !origin->empty())
    return answer_preflight(asked, match);
  if (match.kind == match_kind::no_route) {
    asked.refusal = error_response(http_fault::route_not_found, context_of_error(asked));
    return;
  }
  if (match.kind == match_kind::no_method) {
    asked.refusal = error_response(http_fault::method_not_allowed, context_of_error(asked));
    asked.refusal->headers.emplace_back("Allow", match.allow);
    return;
  }
  if (match.kind == match_kind::bad_path)
    return refuse(asked, error{errc::invalid_argument, "read path: it has a broken escape or is not UTF-8"});
  const auto keyed = all_routes().size();
  asked.by_uid = match.route >= keyed;
  asked.route = asked.by_uid ? uid_routes_[match.route - keyed] : match.route;
  asked.path = std::move(match.parameters);
  if (asked.by_uid)
    asked.path.emplace(asked.path.begin()); // in the owner's place, so that the others are in theirs
  const auto& route = all_routes()[asked.route];
  asked.identity = route.identity;
  auto context = context_of(request, asked.context.request_id);
  if (!context)
    return refuse(asked, context.error());
  asked.context = std::move(*context);
  auto query = read_parameters(route, target.query);
  if (!query)
    return refuse(asked, query.error());
  asked.query = std::move(*query);
  asked.streams_body = route.streams_body;
}

void http_service::answer_preflight(exchange& asked, const route_match& match) const {
  auto& answer = asked.refusal.emplace();
  answer.status = 204;
  answer.content_type.clear();
  answer.headers.emplace_back("Access-Control-Allow-Methods", match.allow);
  answer.headers.emplace_back("Access-Control-Allow-Headers",
                              "Content-Type, Idempotency-Key, Traceparent, X-Owner-Id, X-Request-Id, X-Session-Id");
  answer.headers.emplace_back("Access-Control-Max-Age", "600");
}

void http_service::serve(exchange& asked) const {
  if (asked.refusal)
    return asked.answer(std::move(*asked.refusal));
  all_routes()[asked.route].serve(asked);
  if (asked.is_open() && !asked.is_pending())
    asked.fail_unanswered();
}

} // namespace strata
