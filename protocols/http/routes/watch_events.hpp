// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/file_watch.hpp"
#include "protocols/http/body_stream.hpp"
#include "protocols/http/exchange.hpp"

namespace strata {

/// What happens to files as server-sent events (HTML Living Standard §9.2): `change` for each, whose id is its number, so that
/// Last-Event-ID resumes, and `error` as the last when there is nothing to watch any more. A comment every 15 s while nothing happens.
class watch_events final : public body_stream, public std::enable_shared_from_this<watch_events> {
public:
  watch_events(std::shared_ptr<exchange> of, watch_files asked, const file_event_page& first);

  void next(receiver give) override;
  void probe() override;
  void abandon() override;

private:
  void ask();
  void take(result<file_event_page> page);
  void say(const file_event_page& page);
  void give();

  const std::shared_ptr<exchange> of_;
  watch_files asked_;
  std::string ready_;
  receiver give_;
  bool asking_ = false;
  bool over_ = false;
};

} // namespace strata
