// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/json/field_reader.hpp"
#include "protocols/mcp/tool.hpp"

namespace strata {

/// One tools/call: its arguments, the operations that it runs and its one result. Everything on the connection's strand.
class tool_call : public std::enable_shared_from_this<tool_call> {
public:
  // Braces would make an array of the object.
  tool_call(std::shared_ptr<mcp_reply> reply, json arguments) : reply_{std::move(reply)}, arguments_(std::move(arguments)) {}
  ~tool_call();

  [[nodiscard]] const json& arguments() const noexcept { return arguments_; }
  [[nodiscard]] mcp_reply& reply() const noexcept { return *reply_; }
  /// Where everything of it happens.
  [[nodiscard]] const connection_strand& strand() const { return http().strand(); }
  /// `progressToken` of the request; null: no progress is wanted, or it could not be told.
  [[nodiscard]] json progress_token() const;

  /// Reads an argument if it is there. `invalid_argument` names it.
  template <class T> result<void> read(const char* name, T& into) const {
    const auto found = arguments_.find(name);
    return found == arguments_.end() || found->is_null() ? result<void>{} : read_value(name, *found, into);
  }
  /// `unknown_field` for an argument that is not one of these.
  result<void> allow_only(std::initializer_list<std::string_view> names) const;
  /// Which session: owner_id and session_id (or uid and sid) of the arguments, then the headers X-Owner-Id and X-Session-Id,
  /// which win as they did in the first Strata, then ?owner= and ?session= of the endpoint's URL for what is still missing.
  /// (A key that belongs to one owner has its place before these.)
  result<session_key> identity() const;

  /// Runs an operation; `take` gets its outcome on the strand. Before 2026-07-28 it goes on when the client goes away and is
  /// cancelled by a notification; from then on it is the other way round.
  template <class Operation>
  void run(Operation operation, std::function<void(tool_call&, result<typename Operation::response>)> take) {
    auto self = shared_from_this();
    http().outlives_client = !reply_->call().modern;
    begins(); // before it can be heard of elsewhere, so that no cancellation comes too early
    http().follow(std::move(operation), std::function<void(exchange&, result<typename Operation::response>)>{
                                          [self, take = std::move(take)](exchange&, auto outcome) {
                                            self->ended();
                                            take(*self, std::move(outcome));
                                          }});
  }

  /// A result as it is.
  void give(ordered_json result);
  /// A protocol error.
  void refuse(int code, std::string message, int status, json data);
  /// `link`: a block of content beside the texts, or nothing.
  void succeed(ordered_json structured, const std::vector<std::string>& texts, ordered_json link = {});
  /// The same with blocks of content that are no text.
  void succeed_with(ordered_json structured, ordered_json content);
  /// A result with isError whose text begins with `prefix`, then the error's code.
  void fail(const error& failure, std::string_view prefix = {});
  void fail(const std::string& text);

private:
  exchange& http() const { return reply_->http(); }
  void begins();
  void ended();

  const std::shared_ptr<mcp_reply> reply_;
  const json arguments_;
  std::string running_; ///< the request's id among those of its MCP session; empty: not there
  bool answered_ = false;
};

} // namespace strata
