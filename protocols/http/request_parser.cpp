// SPDX-License-Identifier: MIT
#include "protocols/http/request_parser.hpp"

#include "protocols/http/origin_policy.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace strata {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t max_fields = 200;
/// A body up to here gets its memory in one piece; a longer one only as its bytes arrive, whatever it announces.
constexpr std::uint64_t believed_length = 64 << 10;
/// "0\r\n\r\n": Beast's parser wants at least that much of a last chunk when it looks at it again.
constexpr std::size_t shortest_end = 5;
/// A body is worth to be passed over from here on.
constexpr std::uint64_t long_rest = 256 << 10;

std::string lower(std::string_view text) {
  std::string copy{text};
  std::transform(copy.begin(), copy.end(), copy.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return copy;
}

std::string_view strip(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

} // namespace

request_parser::request_parser(std::size_t body_limit_bytes, byte_budget& budget)
  : body_limit_{body_limit_bytes}, share_{budget} {
  eager(true);
  header_limit(std::numeric_limits<std::uint32_t>::max()); // the connection has its own
  body_limit(boost::none);                                 // so has this, which a streamed body does not keep to
}

std::optional<read_fault> request_parser::read_head(std::string_view head) {
  failure problem;
  put(boost::asio::buffer(head.data(), head.size()), problem);
  const bool waits_for_body = problem == http::error::need_more && head_read_;
  if (auto fault = judge_framing())
    return fault;
  if (problem && !waits_for_body)
    return translate(problem);
  if (!head_read_)
    return read_fault{http_fault::bad_request, {}};
  if (auto expect = request_.header("expect"); !expect.empty()) {
    if (lower(expect) != "100-continue")
      return read_fault{http_fault::expectation_failed, {}};
    expects_ = request_.version == 11; // RFC 9110 §10.1.1: ignored in HTTP/1.0
  }
  return std::nullopt;
}

std::optional<read_fault> request_parser::judge_length() const {
  return content_length().value_or(0) > body_limit_ ? std::optional{read_fault{http_fault::body_too_large, {}}} : std::nullopt;
}

std::optional<read_fault> request_parser::read_body(std::string_view bytes, std::size_t& used) {
  used = 0;
  if (is_done() || bytes.empty())
    return std::nullopt;
  if (chunked() && !chunks_.look(bytes))
    return translate(http::error::bad_chunk);
  if (chunked() && bytes.size() < shortest_end)
    return std::nullopt;
  failure problem;
  used = put(boost::asio::buffer(bytes.data(), bytes.size()), problem);
  if (problem && problem != http::error::need_more)
    return translate(problem);
  chunks_.forget(used);
  return std::nullopt;
}

std::uint64_t request_parser::left() const { return content_length_remaining().value_or(0) - passed_; }

bool request_parser::may_pass_over() const {
  return streaming_ && !done() && body_.empty() && (passed_ > 0 || left() >= long_rest);
}

void request_parser::pass_over(std::uint64_t bytes) {
  expects_ = false;
  passed_ += bytes;
}

bool request_parser::awaits_continue() const { return expects_ && !done() && body_.empty(); }

std::optional<read_fault> request_parser::judge_framing() const {
  const auto bad = [](std::string_view reason) { return read_fault{http_fault::bad_request, reason}; };
  const auto lengths = request_.count("content-length");
  const auto codings = request_.count("transfer-encoding");
  if (codings > 0 && lengths > 0)
    return bad("Content-Length and Transfer-Encoding together");
  if (codings > 1 || (codings == 1 && lower(request_.header("transfer-encoding")) != "chunked"))
    return bad("a Transfer-Encoding other than chunked");
  if (codings == 1 && request_.version == 10)
    return bad("Transfer-Encoding in HTTP/1.0");
  if (lengths > 1)
    return bad("more than one Content-Length");
  if (lengths == 1 && !is_number(request_.header("content-length")))
    return bad("a Content-Length that is no number");
  const auto hosts = request_.count("host");
  if (hosts > 1)
    return bad("more than one Host");
  if (hosts == 1 && host_of(request_.header("host")).empty())
    return bad("a Host that is no host name or address");
  if (head_read_ && hosts == 0 && request_.version == 11)
    return bad("no Host");
  return std::nullopt;
}

read_fault request_parser::translate(failure problem) const {
  if (budget_spent_)
    return {http_fault::buffers_full, {}};
  if (too_many_fields_)
    return {http_fault::headers_too_large, "more than 200 fields"};
  if (problem == http::error::body_limit)
    return {http_fault::body_too_large, {}};
  if (problem == http::error::bad_version)
    return {http_fault::version_not_supported, {}};
  if (problem == http::error::bad_content_length)
    return {http_fault::bad_request, "a bad Content-Length"};
  if (problem == http::error::bad_chunk || problem == http::error::bad_chunk_extension)
    return {http_fault::bad_request, "a bad chunk"};
  return {http_fault::bad_request, {}};
}

void request_parser::on_request_impl(verb, text method, text target, int version, failure&) {
  request_.method.assign(method.data(), method.size());
  request_.target.assign(target.data(), target.size());
  request_.version = static_cast<unsigned>(version);
}

void request_parser::on_field_impl(field, text name, text value, failure& problem) {
  if (head_read_) // a trailer: nothing that follows the body may pass for a field of the header
    return;
  if (request_.headers.size() == max_fields) {
    too_many_fields_ = true;
    problem = http::error::header_limit;
    return;
  }
  request_.headers.emplace_back(lower({name.data(), name.size()}), strip({value.data(), value.size()}));
}

void request_parser::on_body_init_impl(boost::optional<std::uint64_t> const& length, failure&) {
  if (length && *length <= believed_length)
    body_.reserve(static_cast<std::size_t>(*length));
}

std::size_t request_parser::on_body_impl(text bytes, failure& problem) {
  if (!streaming_ && bytes.size() > body_limit_ - std::min(body_limit_, body_.size())) {
    problem = http::error::body_limit;
    return 0;
  }
  if (!streaming_ && !share_.grow(bytes.size())) {
    budget_spent_ = true;
    problem = http::error::buffer_overflow;
    return 0;
  }
  expects_ = false;
  body_.append(bytes.data(), bytes.size());
  return bytes.size();
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, text bytes, failure& problem) {
  return on_body_impl(bytes, problem);
}

} // namespace strata
