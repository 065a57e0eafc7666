// SPDX-License-Identifier: MIT
#pragma once

#include "actors/operations/processes.hpp"

#include <memory>
#include <mutex>

namespace strata {

/// One answer about output: collects records until there is enough of what was asked for. Thread safe; it lives as long
/// as its reader may still bring something.
class output_query : public std::enable_shared_from_this<output_query> {
public:
  struct wish {
    std::int64_t limit = 65536;
    std::string until; ///< ends the answer where it appears, also across records; empty: any output will do
    bool wait = false; ///< for that, until expire()
  };
  using receiver = std::function<void(output_page)>;

  /// `done` is called once, on any thread, unless drop() comes first. `state` and `id` of the page are the caller's to fill.
  output_query(std::shared_ptr<journal_reader> reader, wish what, receiver done)
    : reader_{std::move(reader)}, wish_{std::move(what)}, done_{std::move(done)} {
    page_.next = reader_->offset();
  }

  void start() { ask(true); }
  /// The wait is over: answers with what there is.
  void expire();
  void drop();

private:
  void ask(bool now);
  void take(journal_batch batch);
  bool add(journal_batch batch);
  bool look_for(journal_record& record);

  const std::shared_ptr<journal_reader> reader_;
  const wish wish_;
  std::mutex mutex_;
  receiver done_;
  output_page page_;
  std::int64_t bytes_ = 0;
  std::string seen_; ///< the last bytes, in which `until` may have begun
  bool expired_ = false;
};

} // namespace strata
