// SPDX-License-Identifier: MIT
#include "protocols/mcp/mcp_sessions.hpp"

#include <array>
#include <fmt/format.h>
#include <openssl/rand.h>

namespace strata {

namespace {

constexpr std::string_view prefix = "mcp-session-";
constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

} // namespace

bool is_mcp_session_id(std::string_view text) {
  if (!text.starts_with(prefix) || text.size() != prefix.size() + shape.size())
    return false;
  text.remove_prefix(prefix.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (shape[i] == '-' ? text[i] != '-' : !hex)
      return false;
  }
  return true;
}

std::string mcp_sessions::open(clock::time_point now) {
  std::array<unsigned char, 16> bits{};
  RAND_bytes(bits.data(), bits.size());
  bits[6] = static_cast<unsigned char>((bits[6] & 0x0f) | 0x40); // RFC 9562 §5.4
  bits[8] = static_cast<unsigned char>((bits[8] & 0x3f) | 0x80);
  std::string id{prefix};
  for (std::size_t i = 0; i < bits.size(); ++i)
    id += fmt::format("{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bits[i]);
  std::lock_guard guard{mutex_};
  drop_idle(now);
  for (auto oldest = by_use_.begin(); open_.size() >= limit_ && oldest != by_use_.end();) {
    const auto next = std::next(oldest);
    if (open_.at(*oldest).running.empty()) {
      open_.erase(*oldest);
      by_use_.erase(oldest);
    }
    oldest = next;
  }
  open_[id] = entry{by_use_.insert(by_use_.end(), id), now, {}};
  return id;
}

bool mcp_sessions::touch(std::string_view id, clock::time_point now) {
  std::lock_guard guard{mutex_};
  drop_idle(now);
  const auto found = open_.find(std::string{id});
  if (found == open_.end())
    return false;
  found->second.used = now;
  by_use_.splice(by_use_.end(), by_use_, found->second.place);
  return true;
}

bool mcp_sessions::close(std::string_view id) {
  std::lock_guard guard{mutex_};
  const auto found = open_.find(std::string{id});
  if (found == open_.end())
    return false;
  by_use_.erase(found->second.place);
  open_.erase(found);
  return true;
}

void mcp_sessions::drop_idle(clock::time_point now) {
  while (!by_use_.empty()) {
    const auto found = open_.find(by_use_.front());
    if (found->second.used + idle_ > now || !found->second.running.empty())
      return;
    open_.erase(found);
    by_use_.pop_front();
  }
}

void mcp_sessions::begin(const std::string& session, const std::string& request, std::function<void()> cancel) {
  std::lock_guard guard{mutex_};
  if (const auto found = open_.find(session); found != open_.end())
    found->second.running[request] = std::move(cancel);
}

void mcp_sessions::end(const std::string& session, const std::string& request) {
  std::lock_guard guard{mutex_};
  if (const auto found = open_.find(session); found != open_.end())
    found->second.running.erase(request);
}

void mcp_sessions::cancel(const std::string& session, const std::string& request) {
  std::function<void()> cancel;
  {
    std::lock_guard guard{mutex_};
    const auto found = open_.find(session);
    if (found == open_.end())
      return;
    const auto running = found->second.running.find(request);
    if (running == found->second.running.end())
      return;
    cancel = running->second;
  }
  cancel();
}

std::size_t mcp_sessions::size() const {
  std::lock_guard guard{mutex_};
  return open_.size();
}

} // namespace strata
