// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace strata {

/// The protocol sessions of clients of the eras up to 2025-11-25 (Mcp-Session-Id), which only serve to cancel a request by
/// another one; they have nothing to do with Strata's sessions. Bounded: the one that was idle longest makes place, and one
/// that was idle for an hour is gone. Thread safe.
class mcp_sessions {
public:
  using clock = std::chrono::steady_clock;
  explicit mcp_sessions(std::size_t limit = 10'000, clock::duration idle = std::chrono::hours{1}) : limit_{limit}, idle_{idle} {}

  /// A new one: "mcp-session-<uuid>" of random bits.
  std::string open(clock::time_point now = clock::now());
  /// Whether it is there; then it is in use.
  bool touch(std::string_view id, clock::time_point now = clock::now());
  bool close(std::string_view id);

  /// A request is running that `cancel` would end. A further one of the same id takes its place.
  void begin(const std::string& session, const std::string& request, std::function<void()> cancel);
  void end(const std::string& session, const std::string& request);
  /// Calls that request's `cancel`, if it is running.
  void cancel(const std::string& session, const std::string& request);

  [[nodiscard]] std::size_t size() const;

private:
  struct entry {
    std::list<std::string>::iterator place;
    clock::time_point used;
    std::map<std::string, std::function<void()>> running;
  };
  void drop_idle(clock::time_point now);

  const std::size_t limit_;
  const clock::duration idle_;
  mutable std::mutex mutex_;
  std::list<std::string> by_use_; ///< the one used last at the end
  std::unordered_map<std::string, entry> open_;
};

/// "mcp-session-" and a UUID in lower case.
bool is_mcp_session_id(std::string_view text);

} // namespace strata
