// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/unique_fd.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace strata {

/// Where the journals of one session lie on the disk, once they are too long for memory: files in
/// SESSION_DIR/journal/, which is made with the first of them. Thread safe.
class journal_place {
public:
  /// `session_directory`: O_PATH will do.
  explicit journal_place(unique_fd session_directory) : session_{std::move(session_directory)} {}

  /// A new, empty file for reading and writing, of no name yet. `name`: [a-z0-9.-]+, of our own making.
  result<unique_fd> make(const std::string& name) const;
  /// Gives it its name, now that it holds what it must: a server that is killed leaves no half file behind. 0 or errno.
  int commit(const std::string& name) const;
  /// One that was made here, for reading and writing. Empty: errno.
  unique_fd open(const std::string& name) const;
  void remove(const std::string& name) const;

  /// All journals of the session keep `bytes` more, or less.
  void took(std::int64_t bytes) const noexcept { kept_ += bytes; }
  /// Together they keep as much as a session may: each keeps no more of its tail than it must.
  bool is_full() const noexcept { return kept_ > session_bytes; }

private:
  static constexpr std::int64_t session_bytes = std::int64_t{4} << 30;

  unique_fd session_;
  mutable std::atomic<std::int64_t> kept_{0};
};

/// The same file by an open file description of its own: nobody else can move its position. Empty: errno.
unique_fd reopen_file(const unique_fd& file, int mode);

/// An anonymous file in memory, for bytes that are few: it lives as long as a descriptor of it. Empty: errno.
unique_fd make_memfd(const char* name);

} // namespace strata
