// SPDX-License-Identifier: MIT
#pragma once

#include "isolation/files/channel.hpp"

#include <archive.h>
#include <string>

namespace strata::archive {

/// An archive as it comes from the server, for libarchive's callbacks.
class source {
public:
  explicit source(files::channel& server) : server_{server} {}

  /// Waits for its first bytes. False: it was broken off.
  bool begin();
  bool is_zip() const;
  /// Takes all of it into the file that is there for this, to be read from anywhere. 0 or an errno value.
  int spool();
  /// Takes what comes behind the last entry. False: it does not end.
  bool skip_rest();

  bool is_broken() const noexcept { return broken_; }
  std::int64_t taken() const noexcept { return taken_; }

  /// 0 at the end, which is never before the server has said so.
  static la_ssize_t read(::archive* it, void* self, const void** bytes);
  static la_int64_t seek(::archive* it, void* self, la_int64_t offset, int whence);

private:
  bool next();

  files::channel& server_;
  std::string bytes_;
  std::int64_t taken_ = 0;
  bool begun_ = false, spooled_ = false, over_ = false, broken_ = false;
};

} // namespace strata::archive
