// SPDX-License-Identifier: MIT
#pragma once

#include "config/error.hpp"
#include "isolation/byte_pipe.hpp"
#include "isolation/wire/archive.hpp"
#include "isolation/wire/files.hpp"
#include "isolation/wire/search.hpp"
#include "isolation/wire/watch.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace strata {

using wire::archive_format;
using wire::file_event;
using wire::file_hunk;
using wire::file_info;
using wire::file_type;

/// The bytes of one file, or of an archive, from inside a sandbox. Dropping it ends the reading. Thread safe.
class file_source {
public:
  using receiver = std::function<void(result<std::string> piece)>;

  virtual ~file_source() = default;
  /// Asks for what comes next: at most 64 KiB, empty at the end. `take` is called once, on an io thread, never from within.
  /// One request at a time; not after the end or an error. As slow as it is asked, so slow is the file read.
  virtual void next(receiver take) = 0;
};

/// An open file from inside a sandbox, to be read where it is. Dropping it closes it. Thread safe.
class file_in_place {
public:
  virtual ~file_in_place() = default;
  /// Of a regular file on a disk or in memory; reading it may wait for the disk. Valid as long as this lives.
  virtual int descriptor() const noexcept = 0;
  /// Its sandbox has ended: it is not to be read any more.
  virtual bool is_lost() const noexcept = 0;
};

struct opened_file {
  file_info info; ///< of the open file: what is asked of it and what is read are one
  std::shared_ptr<file_source> bytes;
  std::shared_ptr<file_in_place> file; ///< instead of `bytes`, where that was asked for and can be had
};

/// Where bytes go that become `Made`: one file, or what is in an archive. Dropping it before finish() has answered breaks it off: a
/// file that was to be replaced is as it was; what was to be appended, and of an archive what has come whole, may be there. Thread safe.
template <class Made> class byte_sink {
public:
  virtual ~byte_sink() = default;
  /// `taken` is called once, on an io thread, never from within, when more may come. One call at a time.
  virtual void write(std::string bytes, std::function<void(result<void>)> taken) = 0;
  /// The same for the next `size` bytes in a pipe, at most 64 KiB, which nobody else uses meanwhile.
  virtual void write_from(std::shared_ptr<byte_pipe> from, std::size_t size, std::function<void(result<void>)> taken) {
    write(from->take(size), std::move(taken));
  }
  /// That was all.
  virtual void finish(std::function<void(result<Made>)> done) = 0;
};
using file_sink = byte_sink<file_info>;
using archive_sink = byte_sink<wire::files_unpacked>;

struct file_events {
  std::vector<file_event> items;
  std::int64_t first = 0; ///< number of the first of them, or of the next one to come
  bool missed = false;    ///< there were others after those asked for, of which nothing is known any more
};

/// What happens to watched files, each event with a number, from the time when it was opened. The numbers of a later one are higher. The
/// last 4096 events are kept. Dropping it ends the watching. Thread safe.
class file_watch {
public:
  virtual ~file_watch() = default;
  /// Number of the next event to come.
  virtual std::int64_t next() const = 0;
  /// No more will: what was watched has gone, or the program that does it.
  virtual bool ended() const = 0;
  /// Events from that number on, at most `limit`; when there are none it waits that long for one, or for the end. `take` is called
  /// once, on an io thread, never from within.
  virtual void read(std::int64_t since, std::size_t limit, std::chrono::milliseconds wait,
                    std::function<void(file_events)> take) = 0;
};

/// What strata-files answered; which of them is filled, the request tells.
struct file_answer {
  file_info info;
  wire::files_page page;
  wire::files_edited edited;
  wire::files_found found;
};

/// The files of one sandbox, as its users see them (wire/files.hpp has the requests). Several operations run at a time, others wait,
/// and too many are refused (`overloaded`). `user`: name or uid[:gid]; empty: root. Errors: file_not_found, file_exists, is_a_directory,
/// not_a_directory, not_empty, permission_denied, etag_mismatch, too_large, offset_out_of_range, disk_full, edit_not_found, edit_ambiguous,
/// user_not_found, invalid_argument; `session_lost` when it ended in the middle. Thread safe; callbacks come on an io thread, once.
class file_access {
public:
  template <class T> using callback = std::function<void(result<T>)>;

  virtual ~file_access() = default;

  /// Does what `body`, encoded, asks for; the number is for cancel().
  virtual std::uint64_t ask(std::string user, wire::files_message what, std::string body, callback<file_answer> done) = 0;
  virtual std::uint64_t read(std::string user, wire::files_read request, callback<opened_file> opened) = 0;
  /// Answers before it is known whether the file can be written: a write or finish() of the sink tells.
  virtual std::uint64_t write(std::string user, wire::files_write request, callback<std::shared_ptr<file_sink>> opened) = 0;
  /// A tree as an archive.
  virtual std::uint64_t pack(std::string user, wire::files_pack request, archive_format format, callback<opened_file> opened) = 0;
  /// An archive as a tree; it tells its format itself. Answers before it is known whether anything can be written.
  virtual std::uint64_t unpack(std::string user, wire::files_unpack request, callback<std::shared_ptr<archive_sink>> opened) = 0;
  virtual std::uint64_t watch(std::string user, wire::files_watch request, callback<std::shared_ptr<file_watch>> opened) = 0;
  /// Nobody waits for it any more: it is given up wherever it is, and answers with an error. Unknown numbers are ignored.
  virtual void cancel(std::uint64_t number) = 0;
};

} // namespace strata
