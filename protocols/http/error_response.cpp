// SPDX-License-Identifier: MIT
#include "protocols/http/error_response.hpp"

#include "protocols/error_table.hpp"
#include "protocols/json/reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace strata {

namespace {

/// Facts that are numbers in JSON; all others stay text, so that an id of digits keeps its type.
constexpr std::array<std::string_view, 8> numeric_facts{"retry_after", "limit", "count",   "length",
                                                        "offset",      "next",  "running", "queued"};
constexpr std::string_view boolean_fact = "begun";
constexpr std::array<std::string_view, 8> reserved{"error",  "code",   "type",      "title",
                                                   "status", "detail", "retryable", "request_id"};

struct fault_row {
  http_fault fault;
  int status;
  std::string_view code;
  std::string_view text;
};
constexpr std::array faults{
  fault_row{http_fault::bad_request, 400, "bad_request", "read request: not valid HTTP/1.1"},
  fault_row{http_fault::route_not_found, 404, "route_not_found", "404 page not found"},
  fault_row{http_fault::method_not_allowed, 405, "method_not_allowed", "method not allowed"},
  fault_row{http_fault::request_timeout, 408, "request_timeout", "read request: it took too long to arrive"},
  fault_row{http_fault::body_too_large, 413, "too_large", "read request: the body is too large"},
  fault_row{http_fault::expectation_failed, 417, "expectation_failed", "read request: only Expect: 100-continue is known"},
  fault_row{http_fault::headers_too_large, 431, "headers_too_large", "read request: the header is too large"},
  fault_row{http_fault::version_not_supported, 505, "version_not_supported",
            "read request: only HTTP/1.1 and HTTP/1.0 are spoken"},
  fault_row{http_fault::buffers_full, 503, "overloaded", "read request: too much is being sent at once (try again)"},
};
static_assert(faults.size() == static_cast<std::size_t>(http_fault::buffers_full) + 1);

std::optional<std::int64_t> as_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::string_view strip(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The q of a media range, 1 when none is given.
double quality(std::string_view parameters) {
  for (auto at = parameters.find(';'); at != parameters.npos; at = parameters.find(';', at + 1)) {
    auto parameter = strip(parameters.substr(at + 1, parameters.find(';', at + 1) - at - 1));
    if (parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=') {
      double value = 0;
      std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), value);
      return std::isfinite(value) ? value : 0;
    }
  }
  return 1;
}

void describe(ordered_json& body, http_response& response, std::string_view code, std::string_view title, std::string_view detail,
              bool retryable) {
  body["code"] = code;
  body["type"] = "urn:strata:error:" + std::string{code};
  body["title"] = title;
  body["status"] = response.status;
  body["detail"] = detail;
  body["retryable"] = retryable;
}

void finish(ordered_json& body, http_response& response, const error_context& context) {
  if (!context.request_id.empty())
    body["request_id"] = context.request_id;
  response.body = to_text(body);
  if (prefers_problem_json(context.accept))
    response.content_type = "application/problem+json";
}

} // namespace

std::vector<std::string_view> codes_of_http() {
  std::vector<std::string_view> codes;
  for (const auto& row : faults)
    if (row.fault != http_fault::route_not_found && row.code != "too_large" && row.code != "overloaded") // text; of the table
      codes.push_back(row.code);
  return codes;
}

bool prefers_problem_json(std::string_view accept) noexcept {
  double problem = 0;
  double plain = 0;
  for (auto rest = accept; !rest.empty();) {
    auto comma = rest.find(',');
    auto range = strip(rest.substr(0, comma));
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    auto type = strip(range.substr(0, range.find(';')));
    if (type == "application/problem+json")
      problem = std::max(problem, quality(range));
    else if (type == "application/json" || type == "application/*" || type == "*/*")
      plain = std::max(plain, type == "application/json" ? quality(range) : quality(range) / 1000);
  }
  return problem > plain;
}

http_response error_response(const error& failure, const error_context& context) {
  const auto& row = row_of(failure.code);
  http_response response;
  response.status = row.http;
  ordered_json body;
  // The seed says just this; which session it was stands in `detail`.
  body["error"] = failure.code == errc::session_not_found ? std::string{row.title} : failure.message;
  bool retryable = row.retryable;
  for (const auto& [name, value] : failure.facts)
    if (name == "retryable")
      retryable = value == "true";
  describe(body, response, to_string(failure.code), row.title, failure.message, retryable);
  auto retry_after = wants_retry_after(failure.code) ? std::optional<std::int64_t>{1} : std::nullopt;
  for (const auto& [name, value] : failure.facts) {
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
      continue;
    auto number = as_number(value);
    if (number && name == "retry_after")
      retry_after = std::max<std::int64_t>(*number, 0);
    if (number && std::find(numeric_facts.begin(), numeric_facts.end(), name) != numeric_facts.end())
      body[name] = *number;
    else if (name == boolean_fact)
      body[name] = value == "true";
    else
      body[name] = value;
  }
  if (retry_after)
    response.headers.emplace_back("Retry-After", std::to_string(*retry_after));
  finish(body, response, context);
  return response;
}

http_response error_response(http_fault fault, const error_context& context, std::string_view reason) {
  const auto& row = faults[static_cast<std::size_t>(fault)];
  http_response response;
  response.status = row.status;
  if (fault == http_fault::route_not_found) {
    response.content_type = "text/plain; charset=utf-8";
    response.body = "404 page not found\n";
    return response;
  }
  auto text = std::string{row.text};
  if (!reason.empty())
    text.append(": ").append(reason);
  ordered_json body;
  body["error"] = text;
  describe(body, response, row.code, row.text, text, fault == http_fault::request_timeout || fault == http_fault::buffers_full);
  if (fault == http_fault::buffers_full)
    response.headers.emplace_back("Retry-After", "1");
  finish(body, response, context);
  return response;
}

} // namespace strata
