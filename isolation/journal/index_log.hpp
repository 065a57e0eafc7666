// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/journal/index.hpp"
#include "isolation/unique_fd.hpp"

#include <array>

namespace strata {

/// The index in a file: a header and one fixed slot per entry, each written right after the bytes that it tells of have
/// been taken. So it never tells of bytes that are not there, and only the last stretch of each stream can be missing in
/// it. Slots that were dropped are holes. Not thread safe.
class index_log {
public:
  bool is_open() const noexcept { return static_cast<bool>(file_); }
  /// For reading, by an open file description of its own. Empty: errno.
  unique_fd duplicate() const;

  /// Writes the index as it is to an empty file, and goes on there. 0 or errno; then nothing has changed.
  int move_to(unique_fd file, const journal_index& index);
  /// Goes on in a file that was read.
  void resume(unique_fd file) { file_ = std::move(file); }
  /// Nothing more comes.
  void settle() { file_.reset(); }

  // Each 0 or errno, and nothing while it is not open.
  int put(std::uint64_t slot, const index_entry& entry);
  /// Slots before the tail were dropped. To be told before their bytes are given back.
  int trimmed(const journal_index& index);

private:
  unique_fd file_;
};

/// Reads one. `sizes`: what the streams' files hold; what no entry tells of is counted as the last that arrived.
/// A malformed file is an error: "read journal index: …".
result<journal_index> read_index(int file, journal_index::bounds limits, const std::array<std::int64_t, output_streams>& sizes);

} // namespace strata
