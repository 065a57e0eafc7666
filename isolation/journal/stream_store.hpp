// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace strata {

/// The bytes of one output stream, in memory or in a file. A file is filled by splice(2) at its own position and by
/// nothing else, so its size tells what was taken from the pipe, whenever this process is killed: read(2) and then
/// write(2) would lose what was read. One thread at a time writes; reading is thread safe and may go on meanwhile.
class stream_store {
public:
  struct taken {
    std::size_t bytes = 0;
    int failed = 0; ///< errno; with neither: end of file
  };
  /// Takes up to `most` bytes from a nonblocking pipe. EAGAIN: it is empty. ENOSPC, EDQUOT, EIO: of the file; the bytes
  /// are still in the pipe.
  taken take(int pipe, std::size_t most);
  /// For bytes that come from no pipe. 0 or errno.
  int append(std::string_view bytes);
  /// Counts bytes that could not be kept, so that those behind them have their place. 0 or errno.
  int skip(std::int64_t bytes);

  /// The bytes [at, at + length), as far as they are there: fewer where the file is shorter than it should be. May block
  /// on the disk only when `may_block`; else it is refused with EAGAIN. 0 or errno. What was dropped reads as zeros.
  int read(std::int64_t at, std::size_t length, bool may_block, std::string& into) const;

  /// Moves what is here to an empty file (memfd_create(2), or on a disk), behind which the rest goes. `commit` (may be
  /// empty) is asked once the file holds it, before anything else goes there. 0 or errno; then it is as it was.
  int move_to(unique_fd file, bool disk, const std::function<int()>& commit);
  /// Nothing more comes. What is not on a disk goes back to memory; a file on the disk is closed, and opened anew by
  /// `open` for each read.
  void settle(std::function<unique_fd()> open);
  /// Gives the pages of [from, to) back.
  void drop(std::int64_t from, std::int64_t to);

  std::int64_t size() const;
  bool is_in_memory() const;
  bool is_on_disk() const;
  /// The file for reading, by an open file description of its own; empty while it is in memory.
  unique_fd duplicate() const;
  /// Goes on in a file that an earlier server filled: behind its end. Its size.
  result<std::int64_t> adopt(unique_fd file, bool disk);

private:
  std::shared_ptr<const unique_fd> file() const;

  mutable std::mutex mutex_;
  std::string memory_;
  std::shared_ptr<const unique_fd> file_;
  std::int64_t size_ = 0;
  bool disk_ = false;
  std::function<unique_fd()> open_; ///< once settled on the disk
};

} // namespace strata
