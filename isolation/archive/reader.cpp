// SPDX-License-Identifier: MIT
#include "isolation/archive/reader.hpp"

#include "isolation/archive/source.hpp"
#include "isolation/archive/told.hpp"
#include "isolation/wire/archive.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <memory>

namespace strata::archive {

namespace {

using wire::file_problem;
using wire::file_type;
using wire::files_message;

constexpr std::int64_t max_entries = 1 << 20;
/// Beyond the first GiB, an archive that grows more than that is a bomb. (deflate gets to 1032 at most.)
constexpr std::int64_t free_bytes = 1 << 30, max_growth = 200;
constexpr std::size_t max_path_bytes = 4095;

struct reader_freed {
  void operator()(::archive* it) const noexcept { archive_read_free(it); }
};

std::string text_of(const char* text) { return text == nullptr ? std::string{} : std::string{text}; }

file_type type_of(archive_entry* entry) {
  switch (archive_entry_filetype(entry)) {
  case AE_IFREG: return file_type::file;
  case AE_IFDIR: return file_type::directory;
  case AE_IFLNK: return file_type::symlink;
  case AE_IFIFO: return file_type::fifo;
  case AE_IFBLK: return file_type::block_device;
  case AE_IFCHR: return file_type::character_device;
  default: return file_type::unknown;
  }
}

class reader {
public:
  reader(files::channel& server, const files::channel& entries)
    : server_{server}, entries_{entries}, from_{server}, it_{archive_read_new()} {}

  bool run() {
    if (!from_.begin())
      return tell_broken_off(server_);
    archive_read_support_filter_gzip(it_.get());
    archive_read_support_format_tar(it_.get());
    archive_read_support_format_empty(it_.get());
    if (from_.is_zip()) {
      if (const auto number = from_.spool(); number != 0)
        return not_spooled(number);
      archive_read_support_format_zip_seekable(it_.get());
      archive_read_set_seek_callback(it_.get(), source::seek);
    }
    archive_read_set_read_callback(it_.get(), source::read);
    archive_read_set_callback_data(it_.get(), &from_);
    if (archive_read_open1(it_.get()) != ARCHIVE_OK)
      return bad();
    archive_entry* entry = nullptr;
    for (int got = 0; (got = archive_read_next_header(it_.get(), &entry)) != ARCHIVE_EOF; ++count_) {
      if (got < ARCHIVE_WARN)
        return bad();
      if (count_ == max_entries)
        return tell_failure(server_, file_problem::bomb, "unpack archive: more than a million entries");
      if (!convert(entry))
        return false;
    }
    if (!from_.skip_rest() || !entries_.send(files_message::end, {}))
      return tell_broken_off(server_);
    return server_.send(files_message::end, {});
  }

private:
  bool bad() {
    if (from_.is_broken())
      return tell_broken_off(server_);
    return tell_failure(server_, file_problem::bad_archive, "unpack archive: " + text_of(archive_error_string(it_.get())));
  }
  bool not_spooled(int number) {
    if (from_.is_broken())
      return tell_broken_off(server_);
    server_.tell(files_message::failure,
                 wire::files_failure{file_problem::by_number, number, "keep archive until its end", 0, {}});
    return false;
  }
  bool fault(const std::string& name, const char* why) {
    return tell_failure(server_, file_problem::bad_archive, "unpack archive: " + name + ": " + why);
  }

  bool convert(archive_entry* entry) {
    wire::archive_entry told;
    told.path = text_of(archive_entry_pathname(entry));
    told.type = type_of(entry);
    told.mode = static_cast<std::uint32_t>(archive_entry_perm(entry)) & 0777U;
    told.mtime_ns = archive_entry_mtime_is_set(entry) != 0
                      ? std::clamp<std::int64_t>(archive_entry_mtime(entry), -8'000'000'000, 8'000'000'000) * 1'000'000'000
                          + archive_entry_mtime_nsec(entry)
                      : 0;
    told.target = text_of(archive_entry_symlink(entry));
    if (const auto* const link = archive_entry_hardlink(entry); link != nullptr) {
      told.hard_link = true;
      told.type = file_type::file;
      told.target = link;
    }
    if (told.path.empty() || told.path.size() > max_path_bytes || told.target.size() > max_path_bytes)
      return fault(told.path.substr(0, 200), told.path.empty() ? "an entry without a name" : "a name that is too long");
    const bool has_data = told.type == file_type::file && !told.hard_link;
    if (has_data && archive_entry_size_is_set(entry) == 0)
      return fault(told.path, "no size is told");
    told.size = has_data ? archive_entry_size(entry) : 0;
    if (told.size < 0)
      return fault(told.path, "a negative size");
    if (!entries_.tell(files_message::entry, told))
      return tell_broken_off(server_);
    return !has_data || copy(told);
  }

  /// The bytes of an entry whose size is known; what is missing of it (holes) is zeros.
  bool copy(const wire::archive_entry& told) {
    std::int64_t at = 0;
    const void* bytes = nullptr;
    std::size_t length = 0;
    la_int64_t offset = 0;
    for (int got = 0; (got = archive_read_data_block(it_.get(), &bytes, &length, &offset)) != ARCHIVE_EOF;) {
      if (got < ARCHIVE_WARN)
        return bad();
      if (offset < at || offset > told.size || static_cast<std::int64_t>(length) > told.size - offset)
        return fault(told.path, "more bytes than it says");
      if (!grows(offset - at + static_cast<std::int64_t>(length), told.path))
        return false;
      if (!zeros(offset - at) || !give({static_cast<const char*>(bytes), length}))
        return tell_broken_off(server_);
      at = offset + static_cast<std::int64_t>(length);
    }
    return grows(told.size - at, told.path) && (zeros(told.size - at) || tell_broken_off(server_));
  }

  /// False: by so many bytes it would grow too much.
  bool grows(std::int64_t by, const std::string& name) {
    made_ += std::min(by, INT64_MAX / 2 - made_);
    if (made_ <= free_bytes || made_ / max_growth <= from_.taken() + (1 << 20))
      return true;
    return tell_failure(server_, file_problem::bomb, "unpack archive: " + name);
  }

  bool give(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, wire::max_files_data);
      if (!entries_.send(files_message::data, piece))
        return false;
      bytes.remove_prefix(piece.size());
    }
    return true;
  }
  bool zeros(std::int64_t count) const {
    static const std::string some(wire::max_files_data, '\0');
    for (; count > 0; count -= static_cast<std::int64_t>(some.size()))
      if (!give(std::string_view{some}.substr(
            0, static_cast<std::size_t>(std::min<std::int64_t>(count, static_cast<std::int64_t>(some.size()))))))
        return false;
    return true;
  }

  files::channel& server_;
  const files::channel& entries_;
  source from_;
  const std::unique_ptr<::archive, reader_freed> it_;
  std::int64_t count_ = 0, made_ = 0;
};

} // namespace

bool read_archive(files::channel& server, const files::channel& entries) { return reader{server, entries}.run(); }

} // namespace strata::archive
