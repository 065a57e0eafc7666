// SPDX-License-Identifier: MIT
#include "isolation/archive/writer.hpp"

#include "isolation/archive/told.hpp"
#include "isolation/wire/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace strata::archive {

namespace {

using wire::file_type;
using wire::files_message;

struct writer_freed {
  void operator()(::archive* it) const noexcept { archive_write_free(it); }
  void operator()(archive_entry* it) const noexcept { archive_entry_free(it); }
};

la_ssize_t send(::archive* it, void* server, const void* bytes, std::size_t length) {
  const auto piece = std::string_view{static_cast<const char*>(bytes), length}.substr(0, wire::max_files_data);
  if (static_cast<const files::channel*>(server)->send(files_message::data, piece))
    return static_cast<la_ssize_t>(piece.size());
  archive_set_error(it, EPIPE, "nobody takes it");
  return ARCHIVE_FATAL;
}

bool set_up(::archive* it, const std::string& format) {
  // pax only where the older format cannot hold an entry
  if ((format == "zip" ? archive_write_set_format_zip(it) : archive_write_set_format_pax_restricted(it)) != ARCHIVE_OK)
    return false;
  // What unzips as it comes has modes and links only from there.
  if (format == "zip" && archive_write_set_format_option(it, "zip", "experimental", "1") != ARCHIVE_OK)
    return false;
  if (format == "tar.gz" && archive_write_add_filter_gzip(it) != ARCHIVE_OK)
    return false;
  archive_write_set_bytes_per_block(it, wire::max_files_data);
  archive_write_set_bytes_in_last_block(it, 1); // no padding
  return true;
}

void fill(archive_entry* into, const wire::archive_entry& told) {
  constexpr std::int64_t second = 1'000'000'000;
  archive_entry_clear(into);
  archive_entry_set_pathname(into, told.path.c_str());
  const bool link = told.type == file_type::symlink, directory = told.type == file_type::directory;
  archive_entry_set_filetype(into, link ? AE_IFLNK : directory ? AE_IFDIR : AE_IFREG);
  archive_entry_set_perm(into, static_cast<mode_t>(told.mode & 0777U));
  archive_entry_set_size(into, told.type == file_type::file ? told.size : 0);
  const auto part = (told.mtime_ns % second + second) % second;
  archive_entry_set_mtime(into, static_cast<time_t>((told.mtime_ns - part) / second), static_cast<long>(part));
  if (link)
    archive_entry_set_symlink(into, told.target.c_str());
}

} // namespace

bool write_archive(files::channel& entries, const files::channel& server, const std::string& format) {
  const std::unique_ptr<::archive, writer_freed> it{archive_write_new()};
  const std::unique_ptr<archive_entry, writer_freed> entry{archive_entry_new()};
  const auto bad = [&] {
    const auto* const why = archive_error_string(it.get());
    return tell_failure(server, wire::file_problem::bad_archive,
                        std::string{"pack archive: "} + (why == nullptr ? "failed" : why));
  };
  auto* const receiver = const_cast<files::channel*>(&server);
  if (!set_up(it.get(), format) || archive_write_open(it.get(), receiver, nullptr, send, nullptr) != ARCHIVE_OK)
    return bad();
  std::string body;
  for (files_message what{}; entries.receive(what, body);) {
    wire::archive_entry told;
    if (what == files_message::end) {
      if (archive_write_close(it.get()) != ARCHIVE_OK)
        return bad();
      return server.send(files_message::end, {});
    }
    if (what == files_message::data) {
      if (archive_write_data(it.get(), body.data(), body.size()) < 0)
        return bad();
      continue;
    }
    if (what != files_message::entry || !wire::decode(body.data(), body.size(), told))
      break;
    if (format == "zip" && std::mbstowcs(nullptr, told.path.c_str(), 0) == static_cast<std::size_t>(-1))
      return tell_failure(server, wire::file_problem::bad_archive,
                          "pack " + told.path + ": a zip has only names in UTF-8; take tar");
    fill(entry.get(), told);
    if (archive_write_header(it.get(), entry.get()) < ARCHIVE_WARN) // a warning: a name that is no UTF-8 is packed as bytes
      return bad();
  }
  return tell_broken_off(server);
}

} // namespace strata::archive
