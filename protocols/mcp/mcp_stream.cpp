// SPDX-License-Identifier: MIT
#include "protocols/mcp/mcp_stream.hpp"

#include <boost/asio/post.hpp>

namespace strata {

namespace {

constexpr std::chrono::seconds silence{15};

} // namespace

void mcp_stream::send(const ordered_json& message) {
  if (over_)
    return;
  ready_ += "event: message\ndata: " + to_text(message) + "\n\n";
  give();
}

void mcp_stream::end() {
  over_ = true;
  left_ = nullptr;
  give();
}

void mcp_stream::next(receiver give) {
  give_ = std::move(give);
  if (!ready_.empty() || over_)
    return boost::asio::post(strand_, [self = shared_from_this()] { self->give(); });
  keep_alive();
}

void mcp_stream::give() {
  if (!give_ || (ready_.empty() && !over_))
    return;
  timer_.cancel();
  auto give = std::exchange(give_, nullptr);
  if (ready_.empty())
    return give(std::nullopt);
  give(std::exchange(ready_, {}));
}

void mcp_stream::probe() {
  if (!give_ || !ready_.empty())
    return;
  ready_ = ": still running\n\n";
  give();
}

void mcp_stream::abandon() {
  over_ = true;
  give_ = nullptr;
  timer_.cancel();
  if (auto left = std::exchange(left_, nullptr))
    left();
}

/// So that the client's side knows that we live, and we hear when it does not.
void mcp_stream::keep_alive() {
  timer_.expires_after(silence);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    auto self = weak.lock();
    if (!cancelled && self)
      self->probe();
  });
}

} // namespace strata
