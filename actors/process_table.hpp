// SPDX-License-Identifier: MIT
#pragma once

#include "actors/process_record.hpp"

#include <map>
#include <string_view>

namespace strata {

/// The processes of one session, by number: those that live, and as many of the ended ones as are kept. Not thread safe.
class process_table {
public:
  struct limits {
    std::size_t ended;        ///< how many of them stay readable
    std::int64_t ended_bytes; ///< how much output of theirs
    std::int64_t in_memory;   ///< and how much of that in this process' memory
  };
  explicit process_table(limits bounds) noexcept : limits_{bounds} {}

  process_record& add(std::uint64_t number, process_kind kind, const std::string& uid, wall_time now);
  process_record* find(std::uint64_t number);
  /// By id, "pid:N", "tag:T" or a terminal's "name:N": a live one, else the newest that has ended. `process_not_found`,
  /// `terminal_not_found`.
  result<process_record*> find(std::string_view ref);
  /// A live terminal of that name, else null.
  process_record* terminal(std::string_view name);
  void erase(std::uint64_t number);
  /// Forgets ended ones beyond the limits, the oldest first; not one that somebody looks at.
  void retire();

  result<process_page> list(const list_processes& wish) const;
  std::size_t live(process_kind kind) const;
  std::map<std::uint64_t, process_record>& all() noexcept { return records_; }
  const std::map<std::uint64_t, process_record>& all() const noexcept { return records_; }

private:
  const limits limits_;
  std::map<std::uint64_t, process_record> records_;
};

/// "p<number>-<last four of the uid>": short, and a stale one cannot hit a newer session.
std::string make_process_id(std::uint64_t number, std::string_view uid);

/// What of a command is worth showing in a list.
std::string shortened(std::string text);
std::vector<std::string> shortened(const std::vector<std::string>& arguments);

} // namespace strata
