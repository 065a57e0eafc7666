// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/byte_pipe.hpp"
#include "protocols/http/identity.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/router.hpp"
#include "protocols/http/strand.hpp"
#include "protocols/http/target.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/server_facts.hpp"

#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <optional>

namespace strata {

/// Some of a request's body.
struct body_piece {
  std::string bytes;
  std::shared_ptr<byte_pipe> pipe; ///< instead: the next `piped` bytes in there, to be taken before another piece is asked for
  std::size_t piped = 0;           ///< at most 64 KiB
};

/// One request on its way to its one answer. Everything runs on the connection's strand; only the gateway holds it on
/// other threads, to post its reply. One that nobody answers, here or there, is answered `internal`.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  using receiver = std::function<void(http_response)>;
  using piece_receiver = std::function<void(std::optional<body_piece>)>;

  exchange(http_request asked, const server_facts& server, connection_strand where, receiver done);
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  http_request request;
  path_parameters path;
  bool by_uid = false; ///< the path names the session by its uid: path[0] is empty, path[1] the uid
  query_list query;
  call_context context;
  identity_rule identity = identity_rule::headers_agree;
  std::size_t route = 0;
  header_list answer_headers;           ///< go with the answer whatever it is
  std::optional<http_response> refusal; ///< decided by the header alone; serve() gives it
  const server_facts& facts;
  bool outlives_client = false; ///< the client's leaving is no end of the call
  bool streams_body = false;    ///< it is served before its body is here
  /// Of such a one: asks for the next piece of the body. `give` is called once, later, with bytes, or with nothing when all have
  /// come; it is dropped when the client breaks off. One at a time, not after the end nor the answer.
  std::function<void(piece_receiver give)> next_piece;

  /// Gives the answer; further ones are ignored.
  void answer(http_response response);
  void answer(const ordered_json& body, int status = 200);
  void answer_nothing(); ///< 204
  void fail(const error& failure);
  void fail_unanswered();
  [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(done_); }

  /// Hands an operation to the gateway; its outcome becomes the answer, `encode` making it of the response.
  template <class Operation, class Encode> void call(Operation operation, Encode encode) {
    if (!context.idempotency_key.empty())
      context.content_digest = digest();
    std::string{}.swap(request.body); // the operation has what it needs of it
    pending_ = true;
    auto watch = std::make_shared<reply_watch>(shared_from_this());
    call_id_ = facts.call(std::move(operation), context, [watch = std::move(watch), encode](auto reply) {
      auto self = std::exchange(watch->awaits, nullptr);
      if (!self)
        return;
      boost::asio::post(self->where_, [self, encode, reply = std::move(reply)] {
        if (!self->is_open())
          return;
        if (reply)
          encode(*self, *reply);
        else
          self->fail(reply.error());
      });
    });
  }

  /// Hands an operation to the gateway whose answer may begin before the outcome is there. `take` always gets the outcome,
  /// on the strand, unless nobody gave one.
  template <class Operation>
  void follow(Operation operation, std::function<void(exchange&, result<typename Operation::response>)> take) {
    if (!context.idempotency_key.empty())
      context.content_digest = digest();
    std::string{}.swap(request.body);
    pending_ = true;
    auto watch = std::make_shared<reply_watch>(shared_from_this());
    call_id_ = facts.call(std::move(operation), context, [watch = std::move(watch), take = std::move(take)](auto reply) {
      if (auto self = std::exchange(watch->awaits, nullptr))
        boost::asio::post(self->where_, [self, take, reply = std::move(reply)]() mutable { take(*self, std::move(reply)); });
    });
  }

  /// The client of a followed operation is gone.
  void leave();
  [[nodiscard]] const connection_strand& strand() const noexcept { return where_; }

  /// Whether an answer can still come.
  [[nodiscard]] bool is_pending() const noexcept { return pending_; }

  /// The client is gone: the answer will be dropped, and the gateway hears of it.
  void abandon();

private:
  /// Goes with a reply: one that is destroyed uncalled is an answer as well.
  struct reply_watch {
    explicit reply_watch(std::shared_ptr<exchange> of) : awaits{std::move(of)} {}
    reply_watch(const reply_watch&) = delete;
    reply_watch& operator=(const reply_watch&) = delete;
    ~reply_watch() {
      if (awaits)
        boost::asio::post(awaits->where_, [self = awaits] { self->fail_unanswered(); });
    }
    std::shared_ptr<exchange> awaits;
  };

  [[nodiscard]] std::string digest() const;

  connection_strand where_;
  receiver done_;
  std::uint64_t call_id_ = 0;
  bool pending_ = false;
};

} // namespace strata
