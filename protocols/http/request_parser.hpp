// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/http/byte_budget.hpp"
#include "protocols/http/chunk_scan.hpp"
#include "protocols/http/error_response.hpp"
#include "protocols/http/message.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace strata {

/// Why a request cannot be taken.
struct read_fault {
  http_fault fault;
  std::string_view reason; ///< a literal; empty: the fault says it all
};

/// Reads one request: Beast's parser, and beyond it the rules against request smuggling (RFC 9112 §6.1-6.3). Used by one
/// thread at a time, for one request.
class request_parser final : private boost::beast::http::basic_parser<true> {
public:
  /// `budget` must outlive it; the body's bytes count there until this is destroyed.
  request_parser(std::size_t body_limit, byte_budget& budget);

  /// The whole header as header_scan found it, empty line included.
  std::optional<read_fault> read_head(std::string_view head);

  /// Once the header is read: whether the body it announces is one that may be held in memory.
  [[nodiscard]] std::optional<read_fault> judge_length() const;
  /// Instead: the body is taken piece by piece, whatever its length, and counts nowhere.
  void stream() { streaming_ = true; }

  /// Bytes of the body; `used` tells how many are done with, the others must be offered again with more behind them.
  std::optional<read_fault> read_body(std::string_view bytes, std::size_t& used);

  [[nodiscard]] bool done() const { return is_done() || (passed_ > 0 && left() == 0); }

  /// Of a streamed body of known length: bytes of it that have not come here. A long rest need not come at all: it can be passed over,
  /// from where one begins to the end of the body.
  [[nodiscard]] std::uint64_t left() const;
  [[nodiscard]] bool may_pass_over() const;
  void pass_over(std::uint64_t bytes);
  [[nodiscard]] bool keeps_alive() const { return keep_alive(); }
  /// Whether the client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool awaits_continue() const;

  /// The request without its body, once the header is read.
  http_request take_head() { return std::move(request_); }
  std::string take_body() { return std::exchange(body_, {}); }

private:
  using failure = boost::beast::error_code;
  using text = boost::beast::string_view;
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;

  void on_request_impl(verb, text method, text target, int version, failure&) override;
  void on_response_impl(int, text, int, failure&) override {}
  void on_field_impl(field, text name, text value, failure&) override;
  void on_header_impl(failure&) override { head_read_ = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const& length, failure&) override;
  std::size_t on_body_impl(text bytes, failure&) override;
  void on_chunk_header_impl(std::uint64_t, text, failure&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text bytes, failure&) override;
  void on_finish_impl(failure&) override {}

  [[nodiscard]] std::optional<read_fault> judge_framing() const;
  [[nodiscard]] read_fault translate(failure) const;

  http_request request_;
  std::string body_;
  const std::size_t body_limit_;
  bool streaming_ = false;
  std::uint64_t passed_ = 0;
  budget_share share_;
  chunk_scan chunks_;
  bool head_read_ = false; ///< fields that come later are trailers
  bool too_many_fields_ = false;
  bool budget_spent_ = false;
  bool expects_ = false;
};

} // namespace strata
