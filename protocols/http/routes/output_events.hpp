// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"
#include "protocols/http/body_stream.hpp"
#include "protocols/http/exchange.hpp"
#include "protocols/json/output_json.hpp"

#include <boost/asio/steady_timer.hpp>

namespace strata {

/// Output as server-sent events (HTML Living Standard §9.2): `started`, `output` and `gap` in order of arrival, and one
/// last event. Each event's data is one line of JSON, so no byte of the output can break it; its id is the offset where a
/// reader that has it goes on. A comment every 15 s while there is nothing to tell.
class output_events : public body_stream, public std::enable_shared_from_this<output_events> {
public:
  /// The last event, after all output that was written before it; `at_once`: without what has not been read by then.
  struct ending {
    std::string_view event; ///< a literal
    std::string data;       ///< one line
    bool at_once = false;
  };

  /// `of`: whose call it is. `started`: what is told first. `lease`: held as long as we read.
  output_events(std::shared_ptr<exchange> of, std::shared_ptr<journal_reader> output, const ordered_json& started,
                std::shared_ptr<void> lease = nullptr);

  void next(receiver give) override;
  void probe() override;
  void abandon() override;
  void finish(ending last);
  /// The process' own end is the last event, made by `tell`.
  void finish_with_process(std::function<std::string(const process_end&)> tell) { tell_end_ = std::move(tell); }

private:
  void read();
  void take(journal_batch batch);
  void say(std::string_view event, std::int64_t id, std::string_view data);
  void end_if_over();
  void give();
  void keep_alive();

  const std::shared_ptr<exchange> of_;
  std::shared_ptr<journal_reader> output_;
  std::shared_ptr<void> lease_;
  boost::asio::steady_timer timer_;
  output_json records_;
  std::string ready_;
  receiver give_;
  bool reading_ = false;
  bool read_all_ = false;
  std::optional<ending> last_;
  std::function<std::string(const process_end&)> tell_end_;
  bool over_ = false; ///< the last event is in `ready_`, or was given
  std::int64_t next_ = 0;
};

} // namespace strata
