// SPDX-License-Identifier: MIT
#include "isolation/archive/source.hpp"

#include "isolation/wire/archive.hpp"

#include <cerrno>
#include <unistd.h>

namespace strata::archive {

using wire::files_message;

bool source::next() {
  if (begun_) { // the first bytes, which were looked at
    begun_ = false;
    return true;
  }
  bytes_.clear();
  if (over_)
    return true;
  files_message what{};
  broken_ = !server_.receive(what, bytes_) || (what != files_message::data && what != files_message::end);
  over_ = broken_ || what == files_message::end;
  taken_ += static_cast<std::int64_t>(bytes_.size());
  return !broken_;
}

bool source::begin() {
  const bool good = next();
  begun_ = good;
  return good;
}

/// A header of an entry, or the end of one that has none.
bool source::is_zip() const {
  return bytes_.starts_with(std::string{"PK\3\4", 4}) || bytes_.starts_with(std::string{"PK\5\6", 4});
}

int source::spool() {
  while (next() && !bytes_.empty())
    for (std::size_t at = 0; at < bytes_.size();) {
      const auto put = ::write(wire::spool_fd, bytes_.data() + at, bytes_.size() - at);
      if (put < 0 && errno != EINTR)
        return errno;
      at += put > 0 ? static_cast<std::size_t>(put) : 0;
    }
  spooled_ = true;
  return broken_ ? EPIPE : ::lseek(wire::spool_fd, 0, SEEK_SET) == 0 ? 0 : errno;
}

bool source::skip_rest() {
  while (!over_)
    if (!next())
      return false;
  return true;
}

la_ssize_t source::read(::archive* it, void* self, const void** bytes) {
  auto& from = *static_cast<source*>(self);
  if (from.spooled_) {
    from.bytes_.resize(wire::max_files_data);
    const auto got = ::read(wire::spool_fd, from.bytes_.data(), from.bytes_.size());
    if (got < 0)
      archive_set_error(it, errno, "it could not be read again");
    *bytes = from.bytes_.data();
    return got;
  }
  if (!from.next()) {
    archive_set_error(it, EPIPE, "it was broken off");
    return ARCHIVE_FATAL;
  }
  *bytes = from.bytes_.data();
  return static_cast<la_ssize_t>(from.bytes_.size());
}

la_int64_t source::seek(::archive*, void*, la_int64_t offset, int whence) {
  const auto at = ::lseek(wire::spool_fd, offset, whence);
  return at < 0 ? ARCHIVE_FATAL : at;
}

} // namespace strata::archive
