// SPDX-License-Identifier: MIT
#pragma once

#include "actors/gateway.hpp"
#include "protocols/http/identity.hpp"
#include "protocols/http/message.hpp"
#include "protocols/http/router.hpp"
#include "protocols/http/strand.hpp"
#include "protocols/http/target.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/server_options.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <optional>

namespace strata {

/// What routes know of the server. Outlives every exchange that is open.
struct server_facts {
  gateway& door;
  const server_options& options;
  const std::atomic<bool>& draining;
};

/// One request on its way to its one answer. Everything runs on the connection's strand; only the gateway holds it on
/// other threads, to post its reply. A request that nobody answers is answered `internal` when it is let go.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  using receiver = std::function<void(http_response)>;

  exchange(http_request asked, const server_facts& server, connection_strand where, receiver done);
  ~exchange();
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  http_request request;
  path_parameters path;
  query_list query;
  call_context context;
  identity_rule identity = identity_rule::headers_agree;
  std::size_t route = 0;
  header_list answer_headers;            ///< go with the answer whatever it is
  std::optional<http_response> refusal;  ///< decided by the header alone; serve() gives it
  const server_facts& facts;

  /// Gives the answer; further ones are ignored.
  void answer(http_response response);
  void answer(const ordered_json& body, int status = 200);
  void fail(const error& failure);
  [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(done_); }

  /// Hands an operation to the gateway; its outcome becomes the answer, `encode` making it of the response.
  template <class Operation, class Encode>
  void call(Operation operation, Encode encode) {
    if (!context.idempotency_key.empty())
      context.content_digest = digest();
    std::string{}.swap(request.body); // the operation has what it needs of it
    call_id_ = facts.door.call(std::move(operation), context, [self = shared_from_this(), encode](auto reply) {
      auto where = self->where_;
      boost::asio::post(where, [self, encode, reply = std::move(reply)] {
        if (!self->is_open())
          return;
        if (reply)
          encode(*self, *reply);
        else
          self->fail(reply.error());
      });
    });
  }

  /// The client is gone: the answer will be dropped, and the gateway hears of it.
  void abandon();

private:
  [[nodiscard]] std::string digest() const;

  connection_strand where_;
  receiver done_;
  std::uint64_t call_id_ = 0;
};

} // namespace strata
