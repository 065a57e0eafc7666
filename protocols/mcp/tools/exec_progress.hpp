// SPDX-License-Identifier: MIT
#pragma once

#include "protocols/mcp/tool_call.hpp"

#include <boost/asio/steady_timer.hpp>

namespace strata {

/// Tells a client that asked for it (progressToken) what a running command writes: at most four times a second, the newest
/// 2,000 bytes of what came since, and only when it has taken what was told before. Everything on the connection's strand.
class exec_progress : public std::enable_shared_from_this<exec_progress> {
public:
  /// Null where no progress is wanted; else the operation is followed.
  static std::shared_ptr<exec_progress> of(tool_call& call, exec_request& operation);
  void stop();

private:
  exec_progress(tool_call& call, json token);
  void read();
  void take(journal_batch batch);
  void tell();
  void tell_later();

  const std::weak_ptr<tool_call> call_;
  const json token_;
  const connection_strand strand_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<journal_reader> output_;
  std::string news_;
  std::int64_t seen_ = 0;  ///< bytes
  std::int64_t told_ = -1; ///< of them
  bool waiting_ = false;
  bool stopped_ = false;
};

} // namespace strata
