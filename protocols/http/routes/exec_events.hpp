// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/exec.hpp"
#include "protocols/http/body_stream.hpp"
#include "protocols/http/exchange.hpp"
#include "protocols/json/output_json.hpp"

#include <boost/asio/steady_timer.hpp>

namespace strata {

/// A running exec as server-sent events (HTML Living Standard §9.2): `started`, `output` and `gap` in order of arrival,
/// then once `end`, `running` when the call's wait_ms ended first, or `error`. Each event's data is one line of JSON, so
/// no byte of the output can break it; its id is the offset where a reader that has it goes on. A comment every 15 s while
/// there is nothing to tell.
class exec_events : public body_stream, public std::enable_shared_from_this<exec_events> {
public:
  /// `of`: whose call it is. `begun`: what the command told when it started.
  exec_events(std::shared_ptr<exchange> of, exec_started begun);

  void next(receiver give) override;
  void probe() override;
  void abandon() override;
  /// The call's answer, after its output.
  void finish(result<exec_response> answer);

private:
  void read();
  void take(journal_batch batch);
  void say(std::string_view event, std::int64_t id, std::string_view data);
  void end_if_over();
  void give();
  void keep_alive();

  const std::shared_ptr<exchange> of_;
  const std::shared_ptr<journal_reader> output_;
  boost::asio::steady_timer timer_;
  output_json records_;
  std::string ready_;
  receiver give_;
  bool reading_ = false;
  bool read_all_ = false;
  std::optional<result<exec_response>> answer_;
  bool over_ = false; ///< the last event is in `ready_`, or was given
  std::int64_t next_ = 0;
};

} // namespace strata
