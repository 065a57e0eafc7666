// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/file_access/workers.hpp"

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <list>

namespace strata {

/// The events of one strata-files that watches, numbered as they come. On its strand; who calls it may be anywhere.
class watch_log final : public file_watch, public std::enable_shared_from_this<watch_log> {
public:
  /// Ended when it is dropped by its last reader, whatever strata-files says.
  static std::shared_ptr<file_watch> begin(std::shared_ptr<file_workers::loan> from);

  explicit watch_log(std::shared_ptr<file_workers::loan> from);

  std::int64_t next() const override { return next_.load(); }
  bool ended() const override { return ended_.load(); }
  void read(std::int64_t since, std::size_t limit, std::chrono::milliseconds wait,
            std::function<void(file_events)> take) override;

private:
  struct reader {
    std::int64_t since;
    std::size_t limit;
    std::function<void(file_events)> take; ///< empty: it was told
    boost::asio::steady_timer patience;
  };

  void receive();
  void add(std::vector<file_event> events);
  void end();
  void tell_readers();
  file_events from(std::int64_t since, std::size_t limit) const;
  void give_up();

  std::shared_ptr<file_workers::loan> loan_;
  const file_worker::strand strand_;
  std::deque<file_event> kept_; ///< the last is number next_ - 1
  std::size_t kept_bytes_ = 0;
  std::atomic<std::int64_t> next_;
  std::atomic<bool> ended_{false};
  std::list<std::shared_ptr<reader>> readers_;
};

} // namespace strata
